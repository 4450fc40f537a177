package io.kubelab.engine;

import io.kubelab.inventory.Host;
import io.kubelab.machines.Hypervisors;
import io.kubelab.machines.MachineSpec;
import io.kubelab.machines.NetworkSpec;
import io.kubelab.machines.VirtualMachines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A hypervisor that remembers which machines run. */
final class FakeMachines implements VirtualMachines, Hypervisors {
    private final Map<String, Boolean> running = new TreeMap<>();
    final List<Boolean> onVirtualThread = new ArrayList<>();
    private Consumer<String> onStart = _ -> {};

    void whenStarted(Consumer<String> effect) {
        onStart = effect;
    }

    @Override
    public VirtualMachines on(Host virthost) {
        return this;
    }

    @Override
    public synchronized List<Machine> machines() {
        onVirtualThread.add(Thread.currentThread().isVirtual());
        return running.entrySet().stream()
                .map(e ->
                        new Machine(
                                e.getKey(), e.getValue(), Optional.empty(), Optional.empty(), true))
                .toList();
    }

    @Override
    public List<Network> networks() {
        return List.of();
    }

    @Override
    public Optional<List<String>> saidByAgent(String machine, String mac) {
        return Optional.empty();
    }

    @Override
    public synchronized void define(MachineSpec machine) {
        running.putIfAbsent(machine.name(), false);
    }

    @Override
    public synchronized void start(String machine) {
        onVirtualThread.add(Thread.currentThread().isVirtual());
        running.put(machine, true);
        onStart.accept(machine);
    }

    @Override
    public synchronized void stop(String machine) {
        running.put(machine, false);
    }

    @Override
    public synchronized void undefine(String machine) {
        running.remove(machine);
    }

    @Override
    public void define(NetworkSpec network) {}

    @Override
    public void startNetwork(String network) {}

    @Override
    public void removeNetwork(String network) {}

    @Override
    public void awaitChange(Duration atMost) {}

    @Override
    public void close() {}
}
