package io.kubelab.engine;

import io.kubelab.cluster.ClusterClient;
import io.kubelab.cluster.ClusterClient.Standing;
import io.kubelab.cluster.Manifest;
import io.kubelab.cluster.ObjectRef;
import io.kubelab.failure.InvalidInput;
import io.kubelab.machines.VirtualMachines;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Diff.Wake;
import io.kubelab.step.Fact;
import io.kubelab.step.Requirement;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Steps for fake hosts. */
interface Steps {
    record Exists(String file) implements Fact.OfHost<Boolean> {
        @Override
        public Command command() {
            return Command.of("test", "-e", file);
        }

        @Override
        public Boolean parse(CommandResult result) {
            return result.ok();
        }
    }

    record Printed(String program) implements Fact.OfHost<String> {
        @Override
        public Command command() {
            return Command.of(program);
        }

        @Override
        public String parse(CommandResult result) {
            if (!result.ok()) {
                throw new IllegalStateException(program + " printed nothing");
            }
            return result.out();
        }
    }

    record Standings(Manifest manifest) implements Fact.OfCluster<Optional<Standing>> {
        @Override
        public Optional<Standing> read(Optional<ClusterClient> cluster) {
            return cluster.map(c -> c.compare(List.of(manifest)).getFirst());
        }
    }

    record Running(String machine) implements Fact.OfVirthost<Boolean> {
        @Override
        public Boolean read(VirtualMachines machines) {
            return machines.machines().stream()
                    .anyMatch(m -> m.name().equals(machine) && m.running());
        }
    }

    static Change touch(String file) {
        return run("touch", file);
    }

    static Change run(String program, String... arguments) {
        return new Change.Run(
                Command.of(program, arguments), Duration.ofSeconds(5), "Mend it by hand.");
    }

    /** Touches a file if it is not there. */
    record FileThere(String file) implements Step {
        @Override
        public String title() {
            return file + " is there";
        }

        @Override
        public Diff diff(Target target) {
            return target.ask(new Exists(file))
                    ? Diff.inOrder("it is there")
                    : Diff.needs(touch(file));
        }
    }

    /** Wants a file that only the user can bring. */
    record Brought(String file) implements Requirement {
        @Override
        public String title() {
            return file + " was brought";
        }

        @Override
        public Diff.InOrder diff(Target target) {
            if (!target.ask(new Exists(file))) {
                throw new InvalidInput(target.host().name(), "there is no " + file + "; bring it");
            }
            return Diff.inOrder("it is there");
        }
    }

    /** Asks for one file after the other; if all are there, for the last one. */
    record Chain(List<String> files) implements Step {
        @Override
        public String title() {
            return "chain " + files;
        }

        @Override
        public Diff diff(Target target) {
            for (String file : files) {
                if (!target.ask(new Exists(file))) {
                    return Diff.needs(touch(file));
                }
            }
            return Diff.inOrder("all are there");
        }
    }

    /** Asks for all files at once, and then for the last one's successor. */
    record Together(List<String> files, String last) implements Step {
        @Override
        public String title() {
            return "together " + files;
        }

        @Override
        public Diff diff(Target target) {
            boolean all =
                    target.askAll(files.stream().map(Exists::new).toList()).stream()
                            .allMatch(there -> there);
            return all && target.ask(new Exists(last))
                    ? Diff.inOrder("all are there")
                    : Diff.needs(touch(last));
        }
    }

    /** Runs this in any case. */
    record Always(Change change) implements Step {
        @Override
        public String title() {
            return change.shown();
        }

        @Override
        public Diff diff(Target target) {
            return Diff.needs(change);
        }
    }

    /** Makes a change as long as a file is missing. */
    record Made(String file, Change change) implements Step {
        @Override
        public String title() {
            return file + " is made";
        }

        @Override
        public Diff diff(Target target) {
            return target.ask(new Exists(file)) ? Diff.inOrder("made") : Diff.needs(change);
        }
    }

    /** The text of a file. */
    record TextOf(String path) implements Fact.OfFile<String> {
        @Override
        public Command command() {
            return Command.of("cat", path);
        }

        @Override
        public String parse(CommandResult result) {
            return result.out();
        }
    }

    record Written(String path, String text) implements Step {
        @Override
        public String title() {
            return path + " is written";
        }

        @Override
        public Diff diff(Target target) {
            return target.ask(new TextOf(path)).equals(text)
                    ? Diff.inOrder("it is")
                    : Diff.needs(
                            new Change.PutFile(
                                    path, new Content.Text(text), FileAttributes.PUBLIC));
        }
    }

    record Read(String path) implements Step {
        @Override
        public String title() {
            return path + " is read";
        }

        @Override
        public Diff diff(Target target) {
            return Diff.inOrder(target.ask(new TextOf(path)));
        }
    }

    record Awaited(String file, Duration patience, Wake wake) implements Step {
        @Override
        public String title() {
            return file + " has come";
        }

        @Override
        public Diff diff(Target target) {
            return target.ask(new Exists(file))
                    ? Diff.inOrder("it came")
                    : new Diff.Pending(file, patience, wake, "Bring it.");
        }
    }

    record Throws(RuntimeException what) implements Step {
        @Override
        public String title() {
            return "it throws";
        }

        @Override
        public Diff diff(Target target) {
            throw what;
        }
    }

    /** Fails where a file isn't there. */
    record NeedsProgram(String program) implements Step {
        @Override
        public String title() {
            return program + " works";
        }

        @Override
        public Diff diff(Target target) {
            return Diff.inOrder(target.ask(new Printed(program)));
        }
    }

    record ObjectThere(String name) implements Step {
        @Override
        public String title() {
            return "object " + name;
        }

        @Override
        public Diff diff(Target target) {
            var manifest = new Manifest(new ObjectRef("v1", "ConfigMap", "default", name), "");
            return target.ask(new Standings(manifest))
                    .map(standing ->
                            standing instanceof Standing.Same
                                    ? Diff.inOrder("same")
                                    : Diff.needs(new Change.Apply(manifest)))
                    .orElse(
                            new Diff.Pending(
                                    "a cluster",
                                    Duration.ofMinutes(1),
                                    new Wake.Every(Duration.ofSeconds(1)),
                                    "Make one."));
        }
    }

    record MachineRuns() implements Step {
        @Override
        public String title() {
            return "the machine runs";
        }

        @Override
        public Diff diff(Target target) {
            String name = target.host().name();
            return target.ask(new Running(name))
                    ? Diff.inOrder("it runs")
                    : Diff.needs(new Change.StartMachine(name));
        }
    }
}
