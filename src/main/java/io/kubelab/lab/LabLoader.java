package io.kubelab.lab;

import io.kubelab.document.Documents;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Problems;
import io.kubelab.document.SourceFile;
import io.kubelab.inventory.ConnectionVariables;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.HostPattern;
import io.kubelab.inventory.Inventory;
import io.kubelab.inventory.InventoryDraft;
import io.kubelab.inventory.InventoryFiles;
import io.kubelab.lab.LabMemory.Remembered;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.settings.MachineSettings.DomainType;
import io.kubelab.settings.NetworkSettings;
import io.kubelab.settings.Origin;
import io.kubelab.settings.Predecessor;
import io.kubelab.settings.Settings;
import io.kubelab.settings.SettingsBinder;
import io.kubelab.settings.Values;
import io.kubelab.step.Lab;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Reads a lab: defaults, inventories, extra variables and what was remembered, into a {@link Lab}
 * whose addresses and names fit together. Nothing is written.
 */
public final class LabLoader {
    private final Documents documents;

    public LabLoader(Documents documents) {
        this.documents = documents;
    }

    /**
     * @throws io.kubelab.failure.InvalidInput with every problem of every file and option
     */
    public LoadedLab load(LabRequest request) {
        return new Loading(request).load();
    }

    /** One load, and what was found on the way. */
    private final class Loading {
        private final LabRequest request;
        private final Problems problems = new Problems();
        private final Problems warnings = new Problems();
        private final LabMemory memory;
        private final InputFinder finder;

        Loading(LabRequest request) {
            this.request = request;
            this.memory = new LabMemory(documents, request.state());
            this.finder = new InputFinder(memory, documents, problems);
        }

        LoadedLab load() {
            Inputs inputs = finder.find(request);
            InventoryDraft draft =
                    new InventoryFiles(documents, problems)
                            .read(
                                    inputs.inventories().stream()
                                            .map(Inputs.InputFile::path)
                                            .toList(),
                                    List.of(request.inventory()),
                                    request.defaults());
            Values defaults = defaults();
            Values extra =
                    new ExtraVars(documents, problems).read(inputs.extras()).plus(request.once());
            // what can't be read decides nothing: without it, rules would judge other values
            boolean complete = problems.count() == 0;
            var layers = new SettingLayers(defaults, draft, extra, problems, warnings);
            var connections =
                    new ConnectionVariables(
                            draft.hosts().keySet(), request.userHome(), problems, warnings);
            layers.check(new Predecessor(documents), connections);
            Values values = layers.ofLab();
            Optional<Settings> bound = new SettingsBinder(problems).bind(values);
            List<String> virthosts = virthosts(draft, inputs);
            if (!complete || bound.isEmpty() || virthosts.isEmpty()) {
                problems.throwIfAny();
            }
            Settings resolved =
                    AutoSettings.resolve(bound.orElseThrow(), virthosts.getFirst(), request);
            Optional<Remembered> known = known(resolved.lab().lab(), inputs);
            var placement =
                    new Placement(
                            virthosts,
                            known.map(k -> virthosts(k, virthosts.getFirst())).orElseGet(Map::of),
                            request.free());
            Settings settings = kept(resolved, known, placement);
            DomainType wanted = resolved.machines().domainType();
            warnOfOtherType(wanted, known, values.place("domain_type"));
            boolean open = wanted == DomainType.AUTO && known.isEmpty();
            boolean virthostOpen =
                    resolved.network().asksDhcp()
                            && resolved.network().bridgeVirthostAddress().equals(AutoSettings.AUTO);
            if (!open && settings.machines().domainType().isContainer()) {
                warnOfContainers(settings, values);
            }
            warnOfBridgeName(settings, values, defaults);
            new SoftwareRules(settings, values, problems)
                    .check(
                            defaults.get("kube_version").flatMap(n -> n.text()).orElse(""),
                            documents,
                            request.home());
            new MachineRules(settings, values, draft, problems).check(virthosts);
            new ImageRules(settings, values, problems).check(documents, request.home());
            // a lab that nothing is remembered of gets a uuid that stays if it is remembered
            var tag =
                    new LabTag(
                            settings.lab().lab(),
                            known.map(Remembered::uuid).orElseGet(UUID::randomUUID));
            var hosts = new LabHosts(draft);
            List<Host> written = hosts.written(layers, connections);
            new BareHostRules(draft, problems).check(settings, written);
            new AddressRules(settings, values, problems)
                    .check(tag, new Inventory(written), draft.hosts());
            problems.throwIfAny();

            Lab.Places places = places(tag, settings);
            Inventory inventory =
                    hosts.all(
                            written,
                            settings.machines(),
                            AddressPlan.of(tag, settings),
                            places.state());
            warnOfUnused(layers, inventory, draft);
            Map<String, Settings> byHost =
                    settingsByHost(layers, inventory, values, settings, known, placement);
            List<Host> limited = limited(inventory);
            problems.throwIfAny();
            return new LoadedLab(
                    new Lab(tag, inventory, byHost, places),
                    limited,
                    Origin.all(values, settings),
                    finder.notes(),
                    warnings.all(),
                    inputs,
                    open,
                    placement.chosen(resolved),
                    virthostOpen);
        }

        private Values defaults() {
            return problems.attempt(() -> documents.read(request.defaults()))
                    .flatMap(d -> d.stream().findFirst())
                    .flatMap(d -> d instanceof Mapping m ? Optional.of(m) : Optional.empty())
                    .map(m -> Values.of(m.entries()))
                    .orElseGet(Values::none);
        }

        private List<String> virthosts(InventoryDraft draft, Inputs inputs) {
            List<String> virthosts =
                    draft.hosts().keySet().stream()
                            .filter(h -> draft.groupsOf(h).contains(Inventory.VIRTHOST))
                            .toList();
            // else an inventory that can't be read is the likelier reason
            if (virthosts.isEmpty() && problems.count() == 0) {
                problems.add(
                        inputs.inventories().stream()
                                .map(file -> SourceFile.shown(file.path()))
                                .collect(Collectors.joining(", ")),
                        "the group 'virthost' has no host; name the machine that runs libvirt in it");
            }
            return virthosts;
        }

        /** Where the machines are; those of labs that had one virthost are on that. */
        private static Map<String, String> virthosts(Remembered known, String first) {
            var virthosts = new HashMap<String, String>();
            known.addresses().keySet().forEach(machine -> virthosts.put(machine, first));
            virthosts.putAll(known.virthosts());
            return virthosts;
        }

        private Optional<Remembered> known(String name, Inputs inputs) {
            Optional<Remembered> known =
                    problems.count() > 0
                            ? Optional.empty()
                            : problems.attempt(() -> memory.recall(name)).flatMap(r -> r);
            known.filter(k -> !k.inputs().paths().equals(inputs.paths()))
                    .ifPresent(k ->
                            finder.note(
                                    "lab '%s' was made from %s so far; if this is another lab, give it a name of its own with -e lab=NAME"
                                            .formatted(name, k.inputs().paths())));
            return known;
        }

        /**
         * What machines that are there have stays. An address that can't be one is told by rules,
         * later.
         */
        private Settings kept(Settings settings, Optional<Remembered> known, Placement placement) {
            DomainType type =
                    known.map(Remembered::domainType)
                            .or(() ->
                                    Optional.of(settings.machines().domainType())
                                            .filter(t -> t != DomainType.AUTO))
                            .orElse(DomainType.LXC);
            Settings decided = settings.with(placement.in(settings.machines()).with(type));
            return problems.count() > 0
                    ? decided
                    : known.map(k -> KeptAddresses.in(decided, k)).orElse(decided);
        }

        private void warnOfOtherType(DomainType wanted, Optional<Remembered> known, Mark place) {
            known.map(Remembered::domainType)
                    .filter(type -> wanted != DomainType.AUTO && wanted != type)
                    .ifPresent(type ->
                            warnings.add(
                                    place,
                                    "domain_type has no effect: the lab's machines are of type %s; 'kubelab down' removes them, and then 'kubelab up' makes others"
                                            .formatted(type.name().toLowerCase(Locale.ROOT))));
        }

        /** kube-ansible's files may well ask for it: nothing else of the lab depends on it. */
        private void warnOfContainers(Settings settings, Values values) {
            var lacks = new LinkedHashMap<String, String>();
            if (settings.spareDisk().spareDiskAttach()) {
                lacks.put(
                        "spare_disk_attach",
                        "have no disks of their own; virtual machines (domain_type kvm or qemu) have");
            }
            if (settings.machines().hugepagesEnabled()) {
                lacks.put(
                        "hugepages_enabled",
                        "have the virthost's memory as it is; virtual machines (domain_type kvm or qemu) have their own");
            }
            lacks.forEach((key, lack) ->
                    warnings.add(
                            values.place(key),
                            "%s has no effect: the lab's machines are containers, which %s"
                                    .formatted(key, lack)));
        }

        /** In kube-ansible it won over the bridge that had just been made. */
        private void warnOfBridgeName(Settings settings, Values values, Values defaults) {
            NetworkSettings network = settings.network();
            Mark place = values.place("bridge_name");
            if (network.bridgeNetworking()
                    && !network.bridgeName().equals(network.bridgeNetworkName())
                    && !place.equals(defaults.place("bridge_name"))) {
                warnings.add(
                        place,
                        "'bridge_name' has no effect: with bridge_networking, machines are on '%s' (bridge_network_name)"
                                .formatted(network.bridgeNetworkName()));
            }
        }

        private Lab.Places places(LabTag tag, Settings settings) {
            Path key = Path.of(settings.machines().vmSshKeyPath()).toAbsolutePath();
            return new Lab.Places(
                    request.home(),
                    request.cache(),
                    memory.directory(tag.name()),
                    key.resolveSibling(""));
        }

        private void warnOfUnused(SettingLayers layers, Inventory inventory, InventoryDraft draft) {
            var groups = new TreeSet<>(inventory.groups());
            groups.addAll(draft.groups().keySet());
            Set<String> names = new TreeSet<>();
            inventory.hosts().forEach(h -> names.add(h.name()));
            layers.warnOfUnused(groups, names);
            inventory.group(Inventory.MACHINES).forEach(m -> layers.warnOfConnection(m.name()));
        }

        private Map<String, Settings> settingsByHost(
                SettingLayers layers,
                Inventory inventory,
                Values values,
                Settings settings,
                Optional<Remembered> known,
                Placement placement) {
            Map<String, Settings> byHost = new HashMap<>();
            for (Host host : inventory.hosts()) {
                Values own = layers.ofHost(host.name(), host.groups());
                byHost.put(
                        host.name(),
                        own.equals(values)
                                ? settings
                                : new SettingsBinder(problems)
                                        .bind(own)
                                        .map(s ->
                                                kept(
                                                        AutoSettings.resolve(
                                                                s,
                                                                inventory.virthost().name(),
                                                                request),
                                                        known,
                                                        placement))
                                        .orElse(settings));
            }
            return byHost;
        }

        private List<Host> limited(Inventory inventory) {
            if (request.limit().isEmpty()) {
                return inventory.hosts();
            }
            try {
                return HostPattern.hosts(request.limit().get(), inventory);
            } catch (IllegalArgumentException e) {
                problems.add("--limit", String.valueOf(e.getMessage()));
                return List.of();
            }
        }
    }
}
