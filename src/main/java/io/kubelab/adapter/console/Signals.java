package io.kubelab.adapter.console;

import java.lang.reflect.Proxy;

/**
 * Signals to this process (signal(7)). The JDK has no other way to hear of them than {@code
 * sun.misc.Signal}, which javac doesn't let anyone name without a warning.
 */
public final class Signals {
    private Signals() {}

    /**
     * From now on the signal does this, on a thread of its own, instead of its default.
     *
     * @param name without {@code SIG}: {@code INT}, {@code WINCH}
     */
    public static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object calling =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (_, method, _) -> {
                                if (method.getName().equals("handle")) {
                                    action.run();
                                }
                                return null;
                            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), calling);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
