package io.kubelab.remote;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a process gets the rights of its machine's root. */
public enum Privilege {
    /** It has them. */
    ROOT,

    /**
     * It takes them: it may change its user. The launcher leaves this right to a kubelab that was
     * called through sudo and works as who called it (capabilities(7), CAP_SETUID).
     */
    CHANGES_USER,

    /** sudo may give them without a password, or not. */
    SUDO;

    private static final Pattern CAPABILITIES = Pattern.compile("(?m)^CapEff:\\s*([0-9a-f]+)$");
    private static final Pattern USER = Pattern.compile("(?m)^Uid:\\s*\\d+\\s+0\\s");
    private static final int SETUID = 7;

    /**
     * @param status of the process, as /proc/PID/status says it
     */
    public static Privilege of(String status) {
        if (USER.matcher(status).find()) {
            return ROOT;
        }
        Matcher capabilities = CAPABILITIES.matcher(status);
        return capabilities.find()
                        && (Long.parseUnsignedLong(capabilities.group(1), 16) & (1L << SETUID)) != 0
                ? CHANGES_USER
                : SUDO;
    }

    public static Privilege ofThisProcess() {
        try {
            return of(Files.readString(Path.of("/proc/self/status")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What has to stand before a command for root to run it; empty for root. */
    public List<String> words() {
        return switch (this) {
            case ROOT -> List.of();
            case CHANGES_USER ->
                    List.of(
                            "setpriv",
                            "--reuid=0",
                            "--regid=0",
                            "--init-groups",
                            "env",
                            "HOME=/root",
                            "USER=root",
                            "LOGNAME=root");
            case SUDO -> List.of("sudo", "-n");
        };
    }

    /** The command as root runs it. */
    public Command run(Command command) {
        if (this == ROOT) {
            return command;
        }
        var argv = new ArrayList<>(words());
        argv.addAll(List.of("sh", "-c", command.script()));
        return Command.of(argv);
    }
}
