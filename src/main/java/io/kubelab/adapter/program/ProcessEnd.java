package io.kubelab.adapter.program;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

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
     * By {@code _exit(2)}. The JVM would wait 0.3 s for threads in native code to come back, and
     * the one that polls for virtual threads never does (VM_Exit in HotSpot's vmOperations.cpp).
     */
    AT_ONCE {
        @Override
        public void with(int status) {
            try {
                Linker linker = Linker.nativeLinker();
                MethodHandle exit =
                        linker.downcallHandle(
                                linker.defaultLookup().findOrThrow("_exit"),
                                FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
                exit.invokeExact(status);
            } catch (Throwable e) {
                IN_ORDER.with(status);
            }
        }
    };

    /** Does not return. */
    public abstract void with(int status);
}
