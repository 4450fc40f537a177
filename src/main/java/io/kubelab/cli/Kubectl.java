package io.kubelab.cli;

import io.kubelab.adapter.program.UserProgram;
import io.kubelab.failure.InvalidInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The kubectl of the workstation: the user's own, else the one that was built for the nodes. */
final class Kubectl {
    private static final String NAME = "kubectl";

    private Kubectl() {}

    /**
     * @param kubeconfig the file that it reads
     * @throws InvalidInput if there is none
     */
    static UserProgram with(Path kubeconfig, Workplace workplace) {
        Path program =
                UserProgram.find(NAME, workplace.variable("PATH").orElse(""))
                        .or(() -> built(workplace.cache()))
                        .orElseThrow(() ->
                                new InvalidInput(
                                        NAME,
                                        "there is none on the PATH, and none was built yet; 'kubelab bundle' builds one"));
        return new UserProgram(program, Map.of("KUBECONFIG", kubeconfig.toString()));
    }

    private static Optional<Path> built(Path cache) {
        Path programs = cache.resolve("go");
        if (!Files.isDirectory(programs)) {
            return Optional.empty();
        }
        try (var items = Files.list(programs)) {
            return items.filter(i -> i.getFileName().toString().startsWith("kubernetes-"))
                    .map(i -> i.resolve(NAME))
                    .filter(Files::isExecutable)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
