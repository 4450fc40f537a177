package io.kubelab.playbook;

import io.kubelab.document.Documents;
import io.kubelab.document.Problems;
import io.kubelab.inventory.Host;
import io.kubelab.step.Lab;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads playbooks and binds them to a lab. A playbook is a list of plays:
 *
 * <pre>{@code
 * - import: bundle.yml            # its plays, here
 * - preflight: Virthost is fit    # requirements: all of them are looked at before any play begins
 *   hosts: virthost
 *   steps: [free_subnet, free_names]
 * - play: Control plane           # a name, unique
 *   hosts: master                 # a host pattern
 *   when: { domain_type: lxc }    # settings and the value, or the values, that they must have
 *   after: [Nodes]                # wait for these plays on all their hosts
 *   on: virthost                  # commands go there, for each of the hosts
 *   steps:
 *     - kubeadm_init: { config: "${kube_version}" }
 *     - admin_kubeconfig
 * }</pre>
 */
public final class PlaybookLoader {
    private final Documents documents;
    private final Vocabulary vocabulary;

    public PlaybookLoader(Documents documents, Vocabulary vocabulary) {
        this.documents = documents;
        this.vocabulary = vocabulary;
    }

    /**
     * For all hosts of the lab.
     *
     * @throws io.kubelab.failure.InvalidInput with every problem of the file and its imports
     */
    public Playbook load(Path file, Lab lab) {
        return load(file, lab, lab.inventory().hosts());
    }

    /**
     * @param limit plays are only for these hosts
     * @throws io.kubelab.failure.InvalidInput with every problem of the file and its imports
     */
    public Playbook load(Path file, Lab lab, List<Host> limit) {
        return load(List.of(file), lab, limit).getFirst();
    }

    /**
     * @throws io.kubelab.failure.InvalidInput with every problem of all the files
     */
    public List<Playbook> load(List<Path> files, Lab lab, List<Host> limit) {
        var problems = new Problems();
        var binder = new PlayBinder(vocabulary, lab, limit, problems);
        var playbooks = new ArrayList<Playbook>();
        for (Path file : files) {
            List<WrittenPlay> written = new PlaybookFiles(documents, problems).read(file);
            List<Play> plays = written.stream().map(binder::bind).toList();
            PlayGraph.check(written, plays, problems);
            playbooks.add(
                    new Playbook(
                            String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", ""),
                            plays));
        }
        problems.throwIfAny();
        return List.copyOf(playbooks);
    }
}
