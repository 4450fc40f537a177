package io.kubelab.adapter.libvirt;

import io.kubelab.machines.MachineSpec;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.machines.MachineSpec.Pages;
import io.kubelab.machines.NetworkSpec;
import io.kubelab.machines.NetworkSpec.Nat;
import io.kubelab.settings.KnownImage.Firmware;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** libvirt's own XML of a domain or a network, and what we wrote into its metadata. */
final class Description {
    private final Document document;

    private Description(Document document) {
        this.document = document;
    }

    static Description of(String xml) {
        try {
            var factory = DocumentBuilderFactory.newDefaultNSInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return new Description(
                    factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml))));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalStateException("libvirt described an object in broken XML", e);
        }
    }

    /** The lab that the object was made for; empty: it is not ours. */
    Optional<LabTag> owner() {
        return first("machine")
                .or(() -> first("network"))
                .map(e -> new LabTag(e.getAttribute("lab"), uuid(e.getAttribute("lab-uuid"))));
    }

    /** Digest of the definition as it was rendered; empty text where there is none. */
    String definition() {
        return first("machine")
                .or(() -> first("network"))
                .map(e -> e.getAttribute("definition"))
                .orElse("");
    }

    Optional<MachineSpec> machine() {
        return first("machine")
                .map(e ->
                        new MachineSpec(
                                text("name"),
                                new LabTag(e.getAttribute("lab"), uuid(e.getAttribute("lab-uuid"))),
                                number(e, "memory-mib"),
                                number(e, "cpus"),
                                ours("nic").stream()
                                        .map(n ->
                                                new MachineSpec.Nic(
                                                        n.getAttribute("network"),
                                                        optional(n.getAttribute("bridge")),
                                                        n.getAttribute("mac"),
                                                        n.getAttribute("address"),
                                                        number(n, "prefix"),
                                                        written(n, "gateway")))
                                        .toList(),
                                guest(e)));
    }

    private MachineSpec.Guest guest(Element ours) {
        return ours.hasAttribute("root")
                ? new MachineSpec.Container(
                        ours.getAttribute("root"),
                        ours.getAttribute("init"),
                        ours("mount").stream()
                                .map(m ->
                                        new MachineSpec.Mount(
                                                m.getAttribute("source"), m.getAttribute("target")))
                                .toList())
                : new MachineSpec.VirtualMachine(
                        root().getAttribute("type"),
                        ours.getAttribute("architecture"),
                        ours.hasAttribute("pages") ? Pages.HUGE : Pages.ORDINARY,
                        ours.hasAttribute("firmware") ? Firmware.UEFI : Firmware.BIOS,
                        ours.getAttribute("disk"),
                        ours.getAttribute("seed"),
                        ours.getAttribute("console"),
                        written(ours, "spare")
                                .map(file ->
                                        new MachineSpec.SpareDisk(
                                                file, ours.getAttribute("spare-device"))));
    }

    Optional<NetworkSpec> network() {
        return first("network")
                .map(e ->
                        new NetworkSpec(
                                text("name"),
                                new LabTag(e.getAttribute("lab"), uuid(e.getAttribute("lab-uuid"))),
                                e.getAttribute("bridge"),
                                written(e, "gateway").map(gateway -> nat(e, gateway))));
    }

    private NetworkSpec.Nat nat(Element ours, String gateway) {
        return new NetworkSpec.Nat(
                gateway,
                number(ours, "prefix"),
                ours("reservation").stream()
                        .map(r ->
                                new NetworkSpec.Reservation(
                                        r.getAttribute("machine"),
                                        r.getAttribute("mac"),
                                        r.getAttribute("address")))
                        .toList());
    }

    /** Whether libvirt's own elements say what was asked for: people edit them. */
    boolean holds(MachineSpec asked) {
        return mebibytes("memory").filter(m -> m == asked.memoryMiB()).isPresent()
                && mebibytes("currentMemory").filter(m -> m != asked.memoryMiB()).isEmpty()
                && child(root(), "vcpu").filter(c -> cpus(c) == asked.cpus()).isPresent()
                && switch (asked.guest()) {
                    case MachineSpec.Container container -> holds(asked, container);
                    case MachineSpec.VirtualMachine vm -> holds(asked, vm);
                };
    }

    private boolean holds(MachineSpec asked, MachineSpec.Container container) {
        var mounts = new ArrayList<>(List.of(new MachineSpec.Mount(container.root(), "/")));
        mounts.addAll(container.mounts());
        return plain("filesystem").stream().map(Description::mount).toList().equals(mounts)
                && plain("interface").stream().map(Description::nic).toList().equals(asked.nics());
    }

    /** The guest sets its addresses itself. */
    private boolean holds(MachineSpec asked, MachineSpec.VirtualMachine vm) {
        var files = new ArrayList<>(List.of(vm.disk(), vm.seed()));
        vm.spare().ifPresent(spare -> files.add(1, spare.file()));
        List<Element> disks = plain("disk");
        return isUefi() == (vm.firmware() == Firmware.UEFI)
                && child(root(), "memoryBacking").flatMap(b -> child(b, "hugepages")).isPresent()
                        == (vm.pages() == Pages.HUGE)
                && disks.stream().map(d -> attribute(d, "source", "file")).toList().equals(files)
                && vm.spare().stream()
                        .allMatch(s -> attribute(disks.get(1), "target", "dev").equals(s.device()))
                && plain("interface").stream()
                        .map(Description::plug)
                        .toList()
                        .equals(asked.nics().stream().map(Plug::of).toList());
    }

    /** Of a machine that runs, libvirt 9 tells no longer what it was asked for but what it took. */
    private boolean isUefi() {
        return child(root(), "os")
                .filter(os ->
                        os.getAttribute("firmware").equals("efi")
                                || attribute(os, "loader", "type").equals("pflash"))
                .isPresent();
    }

    private record Plug(String network, Optional<String> bridge, String mac) {
        static Plug of(MachineSpec.Nic nic) {
            return new Plug(nic.network(), nic.bridge(), nic.mac());
        }
    }

    private static Plug plug(Element nic) {
        return Plug.of(nic(nic));
    }

    /** Whether libvirt's own elements say what was asked for. */
    boolean holds(NetworkSpec asked) {
        return bridge().equals(asked.bridge())
                && child(root(), "forward").isPresent() == asked.nat().isPresent()
                && child(root(), "ip")
                        .map(ip -> ip.getAttribute("address") + "/" + number(ip, "prefix"))
                        .equals(asked.nat().map(n -> n.gateway() + "/" + n.prefix()))
                && Set.copyOf(reservations())
                        .equals(Set.copyOf(asked.nat().map(Nat::reservations).orElse(List.of())));
    }

    private static MachineSpec.Mount mount(Element filesystem) {
        return new MachineSpec.Mount(
                attribute(filesystem, "source", "dir"), attribute(filesystem, "target", "dir"));
    }

    private static MachineSpec.Nic nic(Element nic) {
        String network = attribute(nic, "source", "network");
        return new MachineSpec.Nic(
                network,
                // of a network that runs, libvirt tells the bridge as well
                optional(attribute(nic, "source", "bridge")).filter(_ -> network.isEmpty()),
                attribute(nic, "mac", "address"),
                attribute(nic, "ip", "address"),
                child(nic, "ip").map(ip -> number(ip, "prefix")).orElse(0),
                child(nic, "route").map(route -> route.getAttribute("gateway")));
    }

    private static Optional<String> optional(String text) {
        return Optional.of(text).filter(t -> !t.isEmpty());
    }

    private static int cpus(Element vcpu) {
        return vcpu.hasAttribute("current")
                ? number(vcpu, "current")
                : Integer.parseInt(vcpu.getTextContent().strip());
    }

    /** libvirt tells in KiB what it was told in MiB. */
    private Optional<Long> mebibytes(String tag) {
        return child(root(), tag)
                .map(memory -> {
                    long value = Long.parseLong(memory.getTextContent().strip());
                    return "KiB".equals(memory.getAttribute("unit")) ? value / 1024 : value;
                });
    }

    private Element root() {
        return document.getDocumentElement();
    }

    private static String attribute(Element parent, String tag, String name) {
        return child(parent, tag).map(e -> e.getAttribute(name)).orElse("");
    }

    private static Optional<Element> child(Element parent, String tag) {
        for (var node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element e && tag.equals(e.getTagName())) {
                return Optional.of(e);
            }
        }
        return Optional.empty();
    }

    /** The bridge that libvirt says the network has; empty text if it has none. */
    String bridge() {
        return plain("bridge").stream().findFirst().map(e -> e.getAttribute("name")).orElse("");
    }

    /** What the running dnsmasq gives away by reservation. */
    List<NetworkSpec.Reservation> reservations() {
        return plain("host").stream()
                .filter(e -> e.hasAttribute("mac"))
                .map(e ->
                        new NetworkSpec.Reservation(
                                e.getAttribute("name"),
                                e.getAttribute("mac"),
                                e.getAttribute("ip")))
                .toList();
    }

    private static Optional<String> written(Element element, String attribute) {
        return element.hasAttribute(attribute)
                ? Optional.of(element.getAttribute(attribute))
                : Optional.empty();
    }

    private String text(String tag) {
        return plain(tag).getFirst().getTextContent();
    }

    private Optional<Element> first(String tag) {
        return ours(tag).stream().findFirst();
    }

    private List<Element> ours(String tag) {
        return elements(Definition.NAMESPACE, tag);
    }

    private List<Element> plain(String tag) {
        return elements("", tag);
    }

    /**
     * @param namespace empty: none, which is libvirt's own
     */
    private List<Element> elements(String namespace, String tag) {
        var nodes = document.getElementsByTagNameNS("*", tag);
        var found = new ArrayList<Element>();
        for (int i = 0; i < nodes.getLength(); i++) {
            if (nodes.item(i) instanceof Element e
                    && namespace.equals(Optional.ofNullable(e.getNamespaceURI()).orElse(""))) {
                found.add(e);
            }
        }
        return found;
    }

    private static int number(Element element, String attribute) {
        String text = element.getAttribute(attribute);
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    }

    /** Someone else may have written into our namespace: nobody's uuid is better than a crash. */
    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            return new UUID(0, 0);
        }
    }
}
