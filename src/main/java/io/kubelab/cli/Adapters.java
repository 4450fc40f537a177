package io.kubelab.cli;

import io.kubelab.adapter.fabric8.Fabric8Clusters;
import io.kubelab.adapter.freemarker.FreemarkerTemplates;
import io.kubelab.adapter.iso.IsoDiscs;
import io.kubelab.adapter.json.JsonNodes;
import io.kubelab.adapter.libvirt.LibvirtHypervisors;
import io.kubelab.adapter.oci.OrasImages;
import io.kubelab.adapter.openpgp.BouncySigningKeys;
import io.kubelab.adapter.release.HttpReleases;
import io.kubelab.adapter.ssh.HostConnections;
import io.kubelab.adapter.ssh.HostConnections.Machines;
import io.kubelab.adapter.ssh.LocalUser;
import io.kubelab.adapter.ssh.Questions;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.cluster.AdminConf;
import io.kubelab.engine.Ports;
import io.kubelab.inventory.Inventory;
import io.kubelab.lab.LoadedLab;
import io.kubelab.remote.Content;
import io.kubelab.step.Lab;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The adapters of a run, made here and nowhere else; each reaches for what it needs when it is
 * first asked.
 */
final class Adapters implements AutoCloseable {
    private final HostConnections connections;
    private final LibvirtHypervisors hypervisors;
    private Fabric8Clusters clusters;
    private Ports ports;

    /**
     * For a command that asks and changes nothing: a machine that doesn't answer soon never will.
     */
    static Adapters asking(LoadedLab loaded, Invocation invocation) {
        return new Adapters(
                loaded.lab(),
                invocation.workplace(),
                new TerminalQuestions(Supplier::get),
                invocation.sudoPassword(),
                Machines.BOOTED);
    }

    /**
     * @param password for sudo, if the user was asked for one
     */
    Adapters(
            Lab lab,
            Workplace workplace,
            Questions questions,
            Optional<Content.Secret> password,
            Machines machines) {
        var templates = new FreemarkerTemplates(lab.places().home().resolve("templates"));
        connections = connections(lab, workplace, questions, password, machines);
        hypervisors =
                new LibvirtHypervisors(
                        connections, templates, lab.settings().machines().domainType());
        clusters = clusters(lab);
        ports =
                new Ports(
                        connections,
                        hypervisors,
                        clusters,
                        new OrasImages(new JsonNodes()),
                        new HttpReleases(new JsonNodes(), workplace.environment()),
                        new BouncySigningKeys(),
                        new IsoDiscs(),
                        templates,
                        new SnakeDocuments());
    }

    /** The same lab was read again: its machines are known to be elsewhere by now. */
    void moved(Lab lab) {
        lab.inventory().group(Inventory.MACHINES).forEach(connections::forget);
        clusters.close();
        clusters = clusters(lab);
        ports = ports.with(clusters);
    }

    private Fabric8Clusters clusters(Lab lab) {
        return new Fabric8Clusters(
                lab.inventory(), connections, new SnakeDocuments(), new JsonNodes());
    }

    /** Ways to the hosts of a lab, without anything else. */
    static HostConnections connections(
            Lab lab,
            Workplace workplace,
            Questions questions,
            Optional<Content.Secret> password,
            Machines machines) {
        return new HostConnections(
                LocalUser.of(workplace.environment()),
                questions,
                password,
                lab.inventory()::host,
                machines);
    }

    /** An administrator's way into the cluster that stays as long as these do. */
    Optional<AdminConf> access() {
        return clusters.access();
    }

    Ports ports() {
        return ports;
    }

    @Override
    public void close() {
        clusters.close();
        hypervisors.close();
        connections.close();
    }
}
