package io.kubelab.adapter.program;

import com.sun.jna.NativeLibrary;

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
                NativeLibrary c = NativeLibrary.getProcess();
                int nowhere = c.getFunction("open").invokeInt(new Object[] {"/dev/null", O_WRONLY});
                for (int output = 1; output <= 2; output++) {
                    c.getFunction("dup2").invokeInt(new Object[] {nowhere, output});
                }
            } catch (UnsatisfiedLinkError e) {
                // then it is heard
            }
            IN_ORDER.with(status);
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

    private static final int O_WRONLY = 1;

    /** Does not return. */
    public abstract void with(int status);
}
