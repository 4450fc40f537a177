package io.kubelab.world;

import io.kubelab.failure.MachineFailed;
import io.kubelab.machines.MachineSpec;
import io.kubelab.machines.NetworkSpec;
import io.kubelab.machines.VirtualMachines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/**
 * A hypervisor that has what it was told, and tells when a machine starts or stops. A look at it
 * waits for nobody: the hosts that it tells look at it themselves.
 */
public final class FakeHypervisor implements VirtualMachines {
    private final Map<String, Machine> machines = new ConcurrentSkipListMap<>();
    private final Map<String, Network> networks = new ConcurrentSkipListMap<>();
    private final List<String> changes = new ArrayList<>();
    private final Consumer<MachineSpec> onStart;
    private final Consumer<String> onStop;

    FakeHypervisor(Consumer<MachineSpec> onStart, Consumer<String> onStop) {
        this.onStart = onStart;
        this.onStop = onStop;
    }

    @Override
    public List<Machine> machines() {
        return List.copyOf(machines.values());
    }

    @Override
    public List<Network> networks() {
        return List.copyOf(networks.values());
    }

    /** Nobody has one: addresses are on consoles. */
    @Override
    public Optional<List<String>> saidByAgent(String machine, String mac) {
        return Optional.empty();
    }

    @Override
    public synchronized void define(MachineSpec spec) {
        changes.add("define " + spec.name());
        machines.put(
                spec.name(),
                new Machine(
                        spec.name(),
                        isRunning(spec.name()),
                        Optional.of(spec.lab()),
                        Optional.of(spec),
                        true));
    }

    @Override
    public synchronized void start(String name) {
        changes.add("start " + name);
        Machine machine = there(name);
        if (!isRunning(name)) {
            machine.asked().ifPresent(onStart);
            running(machine, true);
        }
    }

    @Override
    public synchronized void stop(String name) {
        changes.add("stop " + name);
        if (isRunning(name)) {
            running(there(name), false);
            onStop.accept(name);
        }
    }

    private boolean isRunning(String name) {
        return machines.containsKey(name) && machines.get(name).running();
    }

    private void running(Machine machine, boolean running) {
        machines.put(
                machine.name(),
                new Machine(machine.name(), running, machine.owner(), machine.asked(), true));
    }

    private Machine there(String name) {
        return Optional.ofNullable(machines.get(name))
                .orElseThrow(
                        () -> new MachineFailed(name, "there is no such domain", "Define it."));
    }

    @Override
    public synchronized void undefine(String name) {
        changes.add("undefine " + name);
        machines.remove(name);
    }

    @Override
    public synchronized void define(NetworkSpec spec) {
        changes.add("define network " + spec.name());
        networks.put(
                spec.name(),
                new Network(
                        spec.name(),
                        true,
                        spec.bridge(),
                        Optional.of(spec.lab()),
                        Optional.of(spec)));
    }

    @Override
    public synchronized void startNetwork(String name) {
        changes.add("start network " + name);
        networks.computeIfPresent(
                name, (_, n) -> new Network(name, true, n.bridge(), n.owner(), n.asked()));
    }

    @Override
    public synchronized void removeNetwork(String name) {
        changes.add("remove network " + name);
        networks.remove(name);
    }

    @Override
    public void awaitChange(Duration atMost) {}

    @Override
    public void close() {}

    synchronized List<String> changes() {
        return List.copyOf(changes);
    }
}
