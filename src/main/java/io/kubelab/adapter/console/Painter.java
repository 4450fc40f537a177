package io.kubelab.adapter.console;

/** Colours for terminals (ECMA-48, select graphic rendition), or none. */
public enum Painter {
    PLAIN,
    ANSI;

    /** What a colour means. */
    public enum Ink {
        GOOD("32"),
        CHANGED("33"),
        BAD("1;31"),
        SKIPPED("36"),
        STRONG("1"),
        FAINT("2");

        private final String code;

        Ink(String code) {
            this.code = code;
        }
    }

    public String paint(Ink ink, String text) {
        return switch (this) {
            case PLAIN -> text;
            case ANSI -> text.isEmpty() ? text : "\u001b[" + ink.code + "m" + text + "\u001b[0m";
        };
    }
}
