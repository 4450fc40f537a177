package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The virtual machine has its address and its SSH server answers there, seen from the virthost.
 * What it lacks is told by how far it has got, with the end of what it wrote to its console.
 *
 * <pre>{@code
 * - machine_reachable
 * }</pre>
 */
public record MachineReachable() implements Step {
    private static final int LINES = 5;

    /** How far a machine has got. */
    enum Stage {
        SILENT,
        HAS_ADDRESS,
        ANSWERS
    }

    /**
     * The SSH server's greeting, or else whether anybody has the address: what the virthost's
     * kernel has learnt by ARP when it tried to send the first packet.
     */
    record Reached(String address) implements Fact.OfHost<Stage> {
        @Override
        public Command command() {
            return Command.of(
                            "timeout",
                            "3",
                            "bash",
                            "-c",
                            "read -r greeting < /dev/tcp/%s/22 && echo \"$greeting\""
                                    .formatted(address))
                    .regardless()
                    .then(Command.of("ip", "neighbour", "show", address));
        }

        @Override
        public Stage parse(CommandResult result) {
            if (result.out().startsWith("SSH-")) {
                return Stage.ANSWERS;
            }
            return result.out().contains("lladdr") ? Stage.HAS_ADDRESS : Stage.SILENT;
        }
    }

    /** The end of what a machine wrote to its console; without colours and empty lines. */
    record ConsoleEnd(String path) implements Fact.OfHost<String> {
        private static final Pattern CONTROLS =
                Pattern.compile("\\x1b\\[[0-9;?]*[A-Za-z]|[\\r\\x00]");

        @Override
        public Command command() {
            return Command.of("tail", "-c", "2000", path);
        }

        @Override
        public String parse(CommandResult result) {
            var lines =
                    CONTROLS.matcher(result.out())
                            .replaceAll("")
                            .lines()
                            .filter(line -> !line.isBlank())
                            .toList();
            return lines.stream()
                    .skip(Math.max(0, lines.size() - LINES))
                    .collect(Collectors.joining("\n"));
        }
    }

    @Override
    public String title() {
        return "the machine answers at its address";
    }

    @Override
    public Diff diff(Target target) {
        String name = target.host().name();
        String address =
                AddressPlan.of(target.lab().tag(), target.settings()).machine(name).address();
        return switch (target.ask(new Reached(address))) {
            case ANSWERS -> Diff.inOrder("SSH answers at " + address);
            case HAS_ADDRESS ->
                    pending(target, "%s's SSH server (it has %s)".formatted(name, address));
            case SILENT -> pending(target, "%s to boot and take %s".formatted(name, address));
        };
    }

    private static Diff pending(Target target, String what) {
        return new Diff.Pending(
                what,
                Duration.ofMinutes(3),
                new Diff.Wake.Every(Duration.ofSeconds(1)),
                console(target));
    }

    /** What a virtual machine's console tells who waits for it, in sentences. */
    static String console(Target target) {
        String console = MachinePlaces.of(target).console();
        String end = target.ask(new ConsoleEnd(console));
        return end.isBlank()
                ? "It has written nothing to its console (%s on the virthost): does its disk boot?"
                        .formatted(console)
                : "Its console (%s on the virthost) ends with:%n%s".formatted(console, end);
    }
}
