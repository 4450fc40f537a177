package io.kubelab.cli;

import io.kubelab.failure.InvalidInput;
import io.kubelab.image.ImageName;
import io.kubelab.image.Images;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.lab.LoadedLab;
import io.kubelab.machines.AddressPlan;
import io.kubelab.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Puts somebody's image into the lab's registry, which every node asks whatever registry an image
 * names: under its own name, pods find it there.
 */
record ImageCommand() implements Subcommand {
    /** What is done with the image. */
    private enum Action {
        PUSH
    }

    @Override
    public String name() {
        return "image";
    }

    @Override
    public String summary() {
        return "Put an image into the lab's registry: image push FILE [NAME].";
    }

    @Override
    public void describe(CommandSpec command) {
        command.addPositional(
                PositionalParamSpec.builder()
                        .index("0")
                        .paramLabel("push")
                        .arity("1")
                        .required(true)
                        .type(Action.class)
                        .description("What to do.")
                        .build());
        command.addPositional(
                PositionalParamSpec.builder()
                        .index("1")
                        .paramLabel("FILE")
                        .arity("1")
                        .required(true)
                        .type(String.class)
                        .description(
                                "An OCI image layout (a directory or a tar file), or what 'docker"
                                        + " save' wrote.")
                        .build());
        command.addPositional(
                PositionalParamSpec.builder()
                        .index("2")
                        .paramLabel("NAME")
                        .arity("0..1")
                        .type(String.class)
                        .description("As pods name it; else the name that it was saved under.")
                        .build());
        LabOptions.describe(command);
    }

    @Override
    public int run(Invocation invocation) {
        List<String> words = invocation.positionals();
        Path file = invocation.workplace().directory().resolve(words.get(1));
        LoadedLab loaded = new LabFiles(invocation).labAloud();
        Settings settings = loaded.lab().settings();
        if (!settings.bundle().registryMirror().equals("auto")) {
            throw new InvalidInput(
                    "registry_mirror",
                    "nodes pull everything from %s and nothing from the lab's registry; push it there"
                            .formatted(settings.bundle().registryMirror()));
        }
        String registry =
                AddressPlan.of(loaded.lab().tag(), settings).virthost()
                        + ":"
                        + settings.bundle().registryPort();
        Path scratch = scratch();
        try (var adapters = Adapters.asking(loaded, invocation)) {
            Images images = adapters.ports().images();
            Images.Given given = images.given(file, scratch);
            ImageName name = named(words.stream().skip(2).findFirst(), given.name(), file);
            String address = reached(adapters, loaded.lab().inventory().virthost(), registry);
            String digest = images.digest(given.layout()).orElseThrow();
            if (images.digest(address, name.repository(), name.tag())
                    .filter(digest::equals)
                    .isPresent()) {
                invocation.streams().err().println("the lab's registry has it: " + digest);
            } else {
                images.push(given.layout(), address, name.repository(), name.tag());
                invocation.streams().err().println("pushed to the lab's registry: " + digest);
            }
            invocation.streams().out().println(name);
            return ExitCode.OK.status();
        } finally {
            remove(scratch);
        }
    }

    private static ImageName named(Optional<String> asked, Optional<String> saved, Path file) {
        String text =
                asked.or(() -> saved)
                        .orElseThrow(() ->
                                new InvalidInput(
                                        file.toString(),
                                        "has no name in it; give one: image push FILE example.org/me/app:v1"));
        try {
            return ImageName.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidInput(
                    asked.isPresent() ? "image push" : file.toString(),
                    String.valueOf(e.getMessage()));
        }
    }

    private static String reached(Adapters adapters, Host virthost, String registry) {
        if (virthost.access() instanceof Access.Local) {
            return registry;
        }
        int colon = registry.lastIndexOf(':');
        return "127.0.0.1:"
                + adapters.ports()
                        .connections()
                        .to(virthost)
                        .forward(
                                registry.substring(0, colon),
                                Integer.parseInt(registry.substring(colon + 1)));
    }

    private static Path scratch() {
        try {
            return Files.createTempDirectory("kubelab-image-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path scratch) {
        try (Stream<Path> all = Files.walk(scratch)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
