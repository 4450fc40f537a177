package io.kubelab.remote;

import java.util.regex.Pattern;

/**
 * Permission bits and owner of a file.
 *
 * @param mode octal, three or four digits, as chmod(1) takes them: {@code 0644}
 * @param owner {@code user:group} by name
 */
public record FileAttributes(String mode, String owner) {
    private static final Pattern MODE = Pattern.compile("0?[0-7]{3,4}");

    public static final FileAttributes PUBLIC = new FileAttributes("0644", "root:root");
    public static final FileAttributes PROGRAM = new FileAttributes("0755", "root:root");
    public static final FileAttributes PRIVATE = new FileAttributes("0600", "root:root");

    public FileAttributes {
        if (!MODE.matcher(mode).matches()) {
            throw new IllegalArgumentException(
                    "'" + mode + "' is not an octal file mode such as 0644");
        }
    }
}
