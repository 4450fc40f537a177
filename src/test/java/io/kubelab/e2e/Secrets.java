package io.kubelab.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Secrets, by texts that they would be recognised by wherever they are. */
final class Secrets {
    private static final Pattern KEY_DATA = Pattern.compile("client-key-data: *(\\S+)");

    /** The last lines of a private key hold nothing that is public as well. */
    private static final int LINES_OF_KEY = 2;

    private final Map<String, String> byText = new LinkedHashMap<>();

    Secrets add(String what, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("no text: " + what);
        }
        byText.put(text, what);
        return this;
    }

    /**
     * @param file in PEM's or OpenSSH's form
     */
    Secrets addKey(String what, String file) {
        List<String> body = file.lines().filter(l -> !l.contains("-----")).toList();
        int full = body.stream().mapToInt(String::length).max().orElse(0);
        List<String> lines = body.stream().filter(l -> l.length() == full).toList();
        lines.subList(Math.max(0, lines.size() - LINES_OF_KEY), lines.size())
                .forEach(line -> add(what, line));
        return this;
    }

    Secrets addKubeconfig(String what, String kubeconfig) {
        Matcher data = KEY_DATA.matcher(kubeconfig);
        if (!data.find()) {
            throw new IllegalArgumentException("no key: " + what);
        }
        int length = data.group(1).length();
        add(what, data.group(1).substring(length / 2, length / 2 + 60));
        return addKey(what, new String(Base64.getDecoder().decode(data.group(1)), UTF_8));
    }

    /** Which of them are in a text. */
    Set<String> in(String text) {
        var found = new TreeSet<String>();
        byText.forEach((secret, what) -> {
            if (text.contains(secret)) {
                found.add(what);
            }
        });
        return found;
    }

    Set<String> names() {
        return new TreeSet<>(byText.values());
    }

    /**
     * A shell script that names the files that hold one, in directories that are its arguments.
     *
     * @param permissions what of find(1) files must be
     */
    String search(String permissions) {
        return """
        find "$@" -xdev -type f %s -size -64M -print0 2> /dev/null | xargs -0r grep -lsaF -e '%s' -- | sort
        """
                .formatted(permissions, String.join("\n", byText.keySet()));
    }

    /** The arguments and environments of all processes, looked at again and again. */
    static final class Spy implements AutoCloseable {
        private final Set<String> seen = ConcurrentHashMap.newKeySet();
        private final Thread looking;
        private volatile boolean over;

        Spy() {
            looking = Thread.ofPlatform().daemon().start(this::look);
        }

        private void look() {
            while (!over) {
                ProcessHandle.allProcesses()
                        .map(p -> Path.of("/proc", Long.toString(p.pid())))
                        .forEach(process -> {
                            note(process.resolve("cmdline"));
                            note(process.resolve("environ"));
                        });
            }
        }

        private void note(Path file) {
            try {
                String text = new String(Files.readAllBytes(file), ISO_8859_1);
                if (!text.isEmpty()) {
                    seen.add(file.getFileName() + " " + text.replace('\0', ' '));
                }
            } catch (IOException e) {
                // it has ended
            }
        }

        /** What was seen until now that has a secret in it. */
        List<String> seen(Secrets secrets) {
            var found = new ArrayList<String>();
            seen.stream()
                    .filter(text -> !secrets.in(text).isEmpty())
                    .sorted(Comparator.naturalOrder())
                    .forEach(text -> found.add(secrets.in(text) + " in " + text));
            return found;
        }

        @Override
        public void close() {
            over = true;
            try {
                looking.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
