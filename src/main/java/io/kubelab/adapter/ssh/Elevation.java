package io.kubelab.adapter.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubelab.failure.Unreachable;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.Privilege;
import io.kubelab.remote.Shell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How a login user gets root's rights: not at all, by a change of the user that kubelab may make by
 * itself, by {@code sudo -n}, or by sudo with the password that was given for {@code -K}. The
 * password is sent only as the answer to sudo's own prompt, which is made unmistakable, and never
 * appears in an argument.
 */
final class Elevation {
    private static final String READY = "kubelab-ready";
    private static final long PATIENCE_SECONDS = 30;

    private final String host;
    private final String user;
    private final boolean elevates;
    private final String program;
    private final Optional<Content.Secret> password;
    private final String prompt;
    private volatile boolean proven;

    /** Starts a command line on the host, as the login user. */
    interface Start {
        Shell start(String commandLine) throws IOException;
    }

    private Elevation(
            String host,
            String user,
            String words,
            Optional<Content.Secret> password,
            String prompt) {
        this.host = host;
        this.user = user;
        this.password = password;
        this.prompt = prompt;
        // the login shell may be any: nothing here that shells read differently
        this.elevates = !words.isEmpty();
        this.program =
                words + "/bin/sh -c " + Command.quote("echo " + READY + " >&2; exec /bin/sh");
    }

    static Elevation none(String host, String user) {
        return new Elevation(host, user, "", Optional.empty(), "");
    }

    static Elevation change(String host, String user) {
        return new Elevation(
                host,
                user,
                String.join(" ", Privilege.CHANGES_USER.words()) + " ",
                Optional.empty(),
                "");
    }

    static Elevation sudo(String host, String user, Optional<Content.Secret> password) {
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        String prompt = "kubelab-password-" + HexFormat.of().formatHex(random);
        return new Elevation(
                host,
                user,
                password.isPresent() ? "sudo -S -p " + prompt + " -H " : "sudo -n -H ",
                password,
                prompt);
    }

    boolean elevates() {
        return elevates;
    }

    /**
     * @throws Unreachable if the user can't become root
     */
    Shell shell(Start how) throws IOException {
        Shell shell = how.start(program);
        if (proven && password.isEmpty()) {
            return shell;
        }
        var alarm = new CompletableFuture<Void>();
        var _ =
                alarm.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .whenComplete((_, late) -> {
                            if (late != null) {
                                shell.close();
                            }
                        });
        try {
            converse(shell);
            proven = true;
            return shell;
        } catch (IOException | RuntimeException e) {
            shell.close();
            throw e;
        } finally {
            alarm.complete(null);
        }
    }

    private void converse(Shell shell) throws IOException {
        var bytes = new ByteArrayOutputStream();
        InputStream errors = shell.errors();
        int prompts = 0;
        for (int next = errors.read(); next >= 0; next = errors.read()) {
            bytes.write(next);
            String said = bytes.toString(UTF_8);
            if (said.endsWith(READY + "\n")) {
                return;
            }
            if (password.isPresent() && said.endsWith(prompt)) {
                if (++prompts > 1) {
                    throw new Unreachable(
                            host,
                            "sudo does not accept the password of " + user,
                            "Give the password that 'sudo' wants from "
                                    + user
                                    + " when -K asks for it.");
                }
                shell.input().write((password.get().text() + "\n").getBytes(UTF_8));
                shell.input().flush();
            }
        }
        String why = bytes.toString(UTF_8).replace(prompt.isEmpty() ? "\0" : prompt, "").strip();
        throw elevates
                ? new Unreachable(
                        host,
                        "%s can't become root: %s"
                                .formatted(user, why.isEmpty() ? "sudo failed" : why),
                        "Allow it in sudoers ('%s ALL=(ALL) NOPASSWD: ALL'), or give the password with -K, or log in as root."
                                .formatted(user))
                : new Unreachable(
                        host,
                        "%s gets no shell%s".formatted(user, why.isEmpty() ? "" : ": " + why),
                        "kubelab runs /bin/sh there; see that the account may run commands.");
    }
}
