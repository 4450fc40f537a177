package io.kubelab.adapter.program;

import com.sun.jna.NativeLibrary;
import com.sun.jna.StringArray;

/** How this process ends. */
public enum ProcessEnd {
    /** With all that the JVM does at its end. */
    IN_ORDER {
        @Override
        public void with(int status) {
            System.exit(status);
        }
    },

    /**
     * In order, after the cache of classes has been written (JEP 514). The JVM and its child talk
     * of that, and nobody hears it.
     */
    WITH_CACHE {
        @Override
        public void with(int status) {
            try {
                hush();
            } catch (UnsatisfiedLinkError e) {
                // then it is heard
            }
            IN_ORDER.with(status);
        }
    },

    /**
     * By becoming a shell (execv(2)) that has the launcher write the cache of classes. It is the
     * same process, so that sudo knows it and nobody is left behind.
     */
    TRAINING {
        @Override
        public void with(int status) {
            String launcher = System.getProperty("kubelab.program", "") + "/kubelab";
            try {
                hush();
                NativeLibrary.getProcess()
                        .getFunction("execv")
                        .invokeInt(
                                new Object[] {
                                    "/bin/sh",
                                    new StringArray(
                                            new String[] {
                                                "sh",
                                                "-c",
                                                "KUBELAB_TRAINS=yes \"$0\" up --preview; exit \"$1\"",
                                                launcher,
                                                String.valueOf(status)
                                            })
                                });
            } catch (UnsatisfiedLinkError e) {
                // then the next run is as slow as this one
            }
            AT_ONCE.with(status);
        }
    },

    /**
     * By {@code _exit(2)}. The JVM would wait 0.3 s for threads in native code to come back, and
     * the one that polls for virtual threads never does (VM_Exit in HotSpot's vmOperations.cpp).
     */
    AT_ONCE {
        @Override
        public void with(int status) {
            try {
                // a FunctionDescriptor of java.lang.foreign would cost what is saved here
                NativeLibrary.getProcess().getFunction("_exit").invokeVoid(new Object[] {status});
            } catch (UnsatisfiedLinkError e) {
                IN_ORDER.with(status);
            }
        }
    };

    private static final int O_RDWR = 2;

    /** From now on nothing is read and nothing is heard. */
    private static void hush() {
        NativeLibrary c = NativeLibrary.getProcess();
        int nowhere = c.getFunction("open").invokeInt(new Object[] {"/dev/null", O_RDWR});
        for (int stream = 0; stream <= 2; stream++) {
            c.getFunction("dup2").invokeInt(new Object[] {nowhere, stream});
        }
    }

    /** Does not return. */
    public abstract void with(int status);
}
