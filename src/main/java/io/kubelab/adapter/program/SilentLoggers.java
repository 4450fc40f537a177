package io.kubelab.adapter.program;

import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Libraries and the JDK tell nobody about their work: what users should know is told by kubelab.
 * Without this, which is found first, the JDK looks through all libraries for somebody who writes
 * logs before it takes its own ({@link System.LoggerFinder}), a fiftieth of a short run.
 */
public final class SilentLoggers extends System.LoggerFinder {
    private record Silent(String name) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return false;
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String message,
                @Nullable Throwable thrown) {}

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object @Nullable ... parameters) {}
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Silent(name);
    }
}
