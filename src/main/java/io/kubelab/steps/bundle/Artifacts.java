package io.kubelab.steps.bundle;

import io.kubelab.failure.InvalidInput;
import io.kubelab.image.ImageSpec;
import io.kubelab.inventory.Inventory;
import io.kubelab.remote.Content;
import io.kubelab.settings.BundleSettings;
import io.kubelab.settings.GuestImage;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Lab;
import io.kubelab.step.Target;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything a cluster is made of, by what {@code bundle/} says: where it lies in the workstation's
 * cache, or will lie, and by which digest it is known there and on a virthost. Each artifact's
 * directory is named by a digest of all that it is made from, so that a change of anything makes
 * another artifact and never a stale one.
 */
public final class Artifacts {
    /** The root file system and the programs of nodes. */
    static final String NODE = "node";

    /** The item that the setting {@code multus_source} may put something else in the place of. */
    static final String MULTUS = "multus";

    /** Name of a disk's file. */
    private static final String DISK = "disk.qcow2";

    /** A package, of that name in all distributions. */
    public static final String LOAD_BALANCER = "haproxy";

    private static final String PLUGINS = "opt/cni/bin";

    /** Changed when a way of building changes, so that artifacts of the old way are not used. */
    private static final String RECIPE = "1";

    private final Path cache;
    private final String architecture;
    private final Instant packagesSince;
    private final MachineBase machineBase;
    private final Bundle bundle;
    private final Map<Path, StoredArtifacts.Stored> stored;

    Artifacts(
            Path cache,
            BundleSettings settings,
            MachineBase machineBase,
            Bundle bundle,
            Map<Path, StoredArtifacts.Stored> stored) {
        this.cache = cache;
        this.architecture = settings.architecture();
        this.packagesSince = settings.packagesSince().instant();
        this.machineBase = machineBase;
        this.bundle = bundle;
        this.stored = stored;
    }

    /**
     * @throws InvalidInput if {@code bundle/} has faults
     */
    public static Artifacts of(Target target) {
        Lab.Places places = target.lab().places();
        return target.ask(
                new CurrentArtifacts(
                        places.home(),
                        places.cache(),
                        settings(target),
                        MachineBase.of(target.settings()),
                        target.documents()));
    }

    /**
     * Where there are load balancers, what they need is in the one root file system. Virtual
     * machines are of what their image is to be made of, and everything else of the lab with them.
     */
    private static BundleSettings settings(Target target) {
        BundleSettings written = target.settings().bundle();
        BundleSettings settings =
                MachineBase.of(target.settings()) == MachineBase.DISK
                        ? GuestImage.built(target.settings().image())
                                .map(written::withDistribution)
                                .orElse(written)
                        : written;
        return target.lab().inventory().group(Inventory.LOAD_BALANCERS).isEmpty()
                ? settings
                : settings.withPackage(LOAD_BALANCER);
    }

    /**
     * What a node's file system is made of.
     *
     * @param digest names it on a virthost, in lower-case hex
     * @param layers tar files, to be unpacked one over the other
     */
    public record NodeBase(String digest, List<Path> layers) {
        public NodeBase {
            layers = List.copyOf(layers);
        }
    }

    /** A container image and where its layout lies. */
    public record BundledImage(String reference, String repository, String tag, Path layout) {}

    public NodeBase nodeBase() {
        return new NodeBase(
                Digest.of(List.of(rootDigest(NODE), layerDigest(NODE))),
                List.of(rootTar(NODE), layerTar(NODE)));
    }

    /**
     * The disk that virtual machines are clones of.
     *
     * @return with the digest {@code unbuilt} as long as it isn't built
     */
    public Content.Artifact nodeDisk() {
        Slot slot = diskSlot(diskParts(NODE));
        return new Content.Artifact(slot.file(DISK), sha256(slot, DISK));
    }

    /**
     * A program that lies in every node.
     *
     * @param path on the node
     * @param size in bytes; 0 as long as it isn't built
     */
    public record NodeProgram(String path, Content.Artifact file, long size) {
        public boolean isBuilt() {
            return size > 0;
        }
    }

    public List<NodeProgram> nodePrograms() {
        var programs = new ArrayList<NodeProgram>();
        layer(NODE)
                .forEach((directory, names) -> {
                    for (String name : names) {
                        String file = name.substring(name.indexOf('/') + 1);
                        if (directory.equals(PLUGINS) && isOwnPlugin(file)) {
                            continue;
                        }
                        GoModule module = goModule(name.substring(0, name.indexOf('/')));
                        programs.add(nodeProgram("/" + directory, module, file));
                    }
                });
        return List.copyOf(programs);
    }

    private boolean isOwnPlugin(String file) {
        return bundle.ownPlugins().stream().anyMatch(p -> p.name().equals(file));
    }

    /** The CNI plugins of the setting {@code cni_plugins}; see {@link #program}. */
    public List<NodeProgram> ownPluginFiles() {
        return bundle.ownPlugins().stream()
                .map(p -> nodeProgram("/" + PLUGINS, p, p.name()))
                .toList();
    }

    private NodeProgram nodeProgram(String directory, GoModule module, String file) {
        Slot slot = goSlot(module);
        long size = contents(slot).flatMap(c -> c.entry(file)).map(Contents.Entry::size).orElse(0L);
        return new NodeProgram(
                directory + "/" + file,
                new Content.Artifact(slot.file(file), sha256(slot, file)),
                size);
    }

    List<GoModule> ownPlugins() {
        return bundle.ownPlugins();
    }

    /**
     * When all programs of a node were last changed, as their files say, in seconds since 1970: a
     * time in the seventies, made of the layer's digest, so that files of another layer or of
     * somebody else can be told by a glance.
     */
    public long nodeProgramsTime() {
        return layerTime(NODE);
    }

    /** Names of what every node has installed, whoever made its root file system. */
    public Map<Packaging, List<String>> nodePackages() {
        return Map.of(
                Packaging.APT, rootPackages(NODE).packages(), Packaging.DNF, bundle.dnfPackages());
    }

    /** {@code /opt/cni/bin/multus}. */
    public NodeProgram multus() {
        return nodeProgram("/" + PLUGINS, goModule(MULTUS), MULTUS);
    }

    /** The CNCF distribution's server; see {@link #program}. */
    public Content.Artifact registry() {
        return program("registry/registry");
    }

    /** The version of a Go module's item without its {@code v}: 1.37.2. */
    public String version(String item) {
        String version = goModule(item).version();
        return version.startsWith("v") ? version.substring(1) : version;
    }

    /**
     * The reference of an image of the bundle: {@code registry.k8s.io/pause:3.10.2}.
     *
     * @param item its name in bundle.yml
     */
    public String imageReference(String item) {
        return imageParts(item).reference();
    }

    /** All images of the bundle. */
    public List<BundledImage> images() {
        return bundle.images().keySet().stream().map(this::image).toList();
    }

    public BundledImage image(String item) {
        ImageParts parts = imageParts(item);
        return new BundledImage(
                parts.reference(), parts.repository(), parts.tag(), imageSlot(parts).directory());
    }

    /**
     * A program that was built.
     *
     * @param name {@code item/program}
     * @return with the digest {@code unbuilt}, which no file has, as long as it isn't
     */
    Content.Artifact program(String name) {
        GoModule module = goModule(name.substring(0, name.indexOf('/')));
        String file = name.substring(name.indexOf('/') + 1);
        Slot slot = goSlot(module);
        return new Content.Artifact(slot.file(file), sha256(slot, file));
    }

    GoModule goModule(String item) {
        return found("go", bundle.go(), item);
    }

    RootPackages rootPackages(String item) {
        return found("packages.yml", bundle.roots(), item);
    }

    DiskParts diskParts(String item) {
        return found("disks", bundle.disks(), item);
    }

    ImageParts imageParts(String item) {
        return found("images", bundle.images(), item);
    }

    /** Directory of a layer → programs. */
    Map<String, List<String>> layer(String item) {
        return found("layers", bundle.layers(), item);
    }

    long layerTime(String item) {
        return Long.parseLong(layerDigest(item).substring(0, 7), 16);
    }

    /** GOARCH and Debian's name of what is built for. */
    String architecture() {
        return architecture;
    }

    /** What an artifact consists of; empty if it isn't there, isn't whole or is too old. */
    Optional<Contents> contents(Slot slot) {
        return Optional.ofNullable(stored.get(slot.directory()))
                .filter(s -> slot.kind() != Kind.ROOT || !s.made().isBefore(packagesSince))
                .map(StoredArtifacts.Stored::contents);
    }

    Slot goSlot(GoModule module) {
        return switch (module.source()) {
            case GoSource.Directory tree ->
                    new Slot(cache, Kind.GO, treePrefix(module, tree) + goDigest(module));
            case GoSource.Pinned _, GoSource.Released _, GoSource.Fetched _ ->
                    slot(Kind.GO, module.name(), goDigest(module));
        };
    }

    /** What the names of all artifacts begin with that were compiled from a working tree. */
    static String treePrefix(GoModule module, GoSource.Directory tree) {
        return "%s-of-%s-".formatted(module.name(), tree.directory().getFileName());
    }

    Slot rootSlot(String item) {
        return slot(Kind.ROOT, item, rootInputs(item));
    }

    Path rootTar(String item) {
        return rootSlot(item).file("root.tar");
    }

    private Content.Artifact rootArchive(String item) {
        return new Content.Artifact(rootTar(item), sha256(rootSlot(item), "root.tar"));
    }

    Slot layerSlot(String item) {
        return slot(Kind.LAYER, item, layerDigest(item));
    }

    Path layerTar(String item) {
        return layerSlot(item).file("layer.tar");
    }

    Slot diskSlot(DiskParts parts) {
        return slot(Kind.DISK, parts.name(), diskDigest(parts));
    }

    Slot imageSlot(ImageParts parts) {
        return slot(Kind.IMAGE, parts.name(), imageDigest(parts));
    }

    ImageSpec imageSpec(ImageParts parts) {
        var programs = new ArrayList<ImageSpec.Entry>();
        parts.programs()
                .forEach((path, name) ->
                        programs.add(new ImageSpec.Entry(path, program(name).file())));
        return new ImageSpec(
                parts.reference(),
                architecture,
                parts.entrypoint(),
                parts.root().map(this::rootArchive).stream().toList(),
                programs);
    }

    /** Every artifact that belongs to what {@code bundle/} says now. */
    Set<Slot> slots() {
        var all = new TreeSet<Slot>();
        modules().forEach(m -> all.add(goSlot(m)));
        bundle.ownPlugins().forEach(m -> all.add(goSlot(m)));
        bundle.roots().keySet().forEach(r -> all.add(rootSlot(r)));
        bundle.layers().keySet().forEach(l -> all.add(layerSlot(l)));
        bundle.disks().values().forEach(d -> all.add(diskSlot(d)));
        bundle.images().values().forEach(i -> all.add(imageSlot(i)));
        return all;
    }

    /**
     * What takes tools and a network to make and this lab's machines need; images are put together
     * of it in a moment.
     */
    List<Slot> built() {
        Set<Slot> others = ofOtherMachines();
        Set<Slot> published = publishedImages();
        return slots().stream()
                .filter(slot -> slot.kind() != Kind.IMAGE || published.contains(slot))
                .filter(slot -> !others.contains(slot))
                .toList();
    }

    /** The Go modules of which something is wanted. */
    private List<GoModule> modules() {
        return bundle.go().values().stream().filter(m -> !isIdle(m.name())).toList();
    }

    /** Nothing of it is wanted, because the images that are made of it are fetched. */
    boolean isIdle(String item) {
        return bundle.idle().contains(item);
    }

    private Set<Slot> publishedImages() {
        return bundle.images().values().stream()
                .filter(i -> i.release().isPresent())
                .map(this::imageSlot)
                .collect(Collectors.toSet());
    }

    /** What of {@link #unbuilt} is made here, and not fetched as its project publishes it. */
    List<Slot> madeHere() {
        Set<Slot> fetched = publishedImages();
        modules().stream()
                .filter(m -> m.source() instanceof GoSource.Fetched)
                .forEach(m -> fetched.add(goSlot(m)));
        return unbuilt().stream().filter(slot -> !fetched.contains(slot)).toList();
    }

    /** Go modules that are compiled although releases are asked for, as none of them is pinned. */
    List<String> unreleased() {
        return modules().stream()
                .filter(m -> m.source() instanceof GoSource.Pinned)
                .filter(m -> contents(goSlot(m)).isEmpty())
                .map(GoModule::name)
                .toList();
    }

    private Set<Slot> ofOtherMachines() {
        Stream<Slot> disks =
                bundle.disks().values().stream()
                        .flatMap(d -> Stream.of(diskSlot(d), rootSlot(d.root())));
        Stream<Slot> root = Stream.of(rootSlot(NODE));
        return switch (machineBase) {
            case ROOT -> disks.collect(Collectors.toSet());
            case DISK -> root.collect(Collectors.toSet());
            case NONE -> Stream.concat(root, disks).collect(Collectors.toSet());
        };
    }

    /** What of {@link #built} is not in the cache yet. */
    List<Slot> unbuilt() {
        return built().stream().filter(slot -> contents(slot).isEmpty()).toList();
    }

    private String goDigest(GoModule module) {
        var parts = new ArrayList<>(List.of(RECIPE, architecture));
        parts.addAll(module.source().parts());
        parts.addAll(module.packages());
        parts.addAll(module.tags());
        parts.addAll(new TreeSet<>(module.cgo()));
        module.variables().forEach((name, value) -> parts.add(name + "=" + value));
        return Digest.of(parts);
    }

    private String rootInputs(String item) {
        RootPackages root = rootPackages(item);
        var parts = new ArrayList<>(List.of(RECIPE, architecture, root.suite()));
        parts.addAll(root.packages());
        return Digest.of(parts);
    }

    /**
     * Packages that are resolved anew make another file system from the same inputs, so what is
     * made from it goes by its contents.
     */
    private String rootDigest(String item) {
        return rootInputs(item) + sha256(rootSlot(item), "root.tar");
    }

    private String layerDigest(String item) {
        var parts = new ArrayList<>(List.of(RECIPE, "times by digest"));
        layer(item)
                .forEach((directory, programs) -> {
                    parts.add(directory);
                    programs.forEach(name -> parts.add(programDigest(name)));
                });
        return Digest.of(parts);
    }

    private String diskDigest(DiskParts disk) {
        return Digest.of(
                List.of(
                        RECIPE,
                        rootDigest(disk.root()),
                        layerDigest(disk.layer()),
                        disk.scriptDigest()));
    }

    private String imageDigest(ImageParts image) {
        var parts = new ArrayList<>(List.of(RECIPE, architecture, image.reference()));
        image.release().ifPresent(r -> parts.add(r.digest()));
        parts.addAll(image.entrypoint());
        image.root().ifPresent(r -> parts.add(rootDigest(r)));
        image.programs().forEach((path, name) -> parts.add(path + "=" + programDigest(name)));
        return Digest.of(parts);
    }

    private String programDigest(String name) {
        return name + "@" + goDigest(goModule(name.substring(0, name.indexOf('/'))));
    }

    private String sha256(Slot slot, String file) {
        return contents(slot)
                .flatMap(c -> c.entry(file))
                .map(Contents.Entry::sha256)
                .orElse("unbuilt");
    }

    private Slot slot(Kind kind, String item, String digest) {
        return new Slot(cache, kind, item + "-" + digest);
    }

    private static <T> T found(String what, Map<String, T> items, String name) {
        T item = items.get(name);
        if (item == null) {
            throw new InvalidInput(
                    "bundle",
                    "there is no item '%s' in its %s; there are %s"
                            .formatted(name, what, String.join(", ", items.keySet())));
        }
        return item;
    }
}
