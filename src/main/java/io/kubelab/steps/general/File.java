package io.kubelab.steps.general;

import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.FileState.Found;
import java.util.Optional;

/**
 * A file, a directory or a link, or none.
 *
 * <pre>{@code
 * - file: { path: /etc/motd, content: "a lab\n", mode: "0644", owner: "root:root" }
 * - file: { path: /srv/data, state: directory, mode: "0750" }
 * - file: { path: /srv/now, state: link, destination: /srv/data }
 * - file: { path: /srv/old, state: absent }
 * }</pre>
 *
 * @param path absolute
 * @param state {@code file} if left out
 * @param content whole text of a file
 * @param destination what a link points to
 * @param mode octal; 0644 for a file and 0755 for a directory if left out
 * @param owner {@code user:group}; root's if left out
 */
public record File(
        String path,
        Optional<State> state,
        Optional<String> content,
        Optional<String> destination,
        Optional<String> mode,
        Optional<String> owner)
        implements Step {
    public enum State {
        FILE,
        DIRECTORY,
        LINK,
        ABSENT
    }

    /**
     * @throws IllegalArgumentException with a sentence for the user
     */
    public File {
        State wanted = state.orElse(State.FILE);
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("'" + path + "' is not an absolute path");
        }
        if (content.isPresent() != (wanted == State.FILE)) {
            throw new IllegalArgumentException(
                    "'content' belongs to 'state: file', and a file needs it");
        }
        if (destination.isPresent() != (wanted == State.LINK)) {
            throw new IllegalArgumentException(
                    "'destination' belongs to 'state: link', and a link needs it");
        }
        attributes(mode, owner, "0644");
    }

    @Override
    public String title() {
        return switch (state.orElse(State.FILE)) {
            case FILE -> path + " has its content";
            case DIRECTORY -> path + " is a directory";
            case LINK -> path + " is a link to " + destination.orElseThrow();
            case ABSENT -> path + " is not there";
        };
    }

    @Override
    public Diff diff(Target target) {
        Found found = target.ask(new FileState(path));
        return switch (state.orElse(State.FILE)) {
            case FILE -> file(found);
            case DIRECTORY -> directory(found);
            case LINK -> link(found);
            case ABSENT ->
                    found instanceof Found.Absent
                            ? Diff.inOrder("it is not there")
                            : Diff.needs(new Change.Remove(path));
        };
    }

    private Diff file(Found found) {
        var text = new Content.Text(content.orElseThrow());
        var wanted = new WantedFile(path, text, attributes(mode, owner, "0644"));
        return Diff.of(
                wanted.change(found).stream().toList(), "content, mode and owner are the same");
    }

    private Diff directory(Found found) {
        FileAttributes attributes = attributes(mode, owner, "0755");
        return found.isDirectory(attributes)
                ? Diff.inOrder("mode and owner are the same")
                : Diff.needs(new Change.MakeDirectory(path, attributes));
    }

    private Diff link(Found found) {
        String to = destination.orElseThrow();
        return found.equals(new Found.SymbolicLink(to))
                ? Diff.inOrder("it points there")
                : Diff.needs(new Change.Link(path, to));
    }

    private static FileAttributes attributes(
            Optional<String> mode, Optional<String> owner, String usualMode) {
        return new FileAttributes(mode.orElse(usualMode), owner.orElse("root:root"));
    }
}
