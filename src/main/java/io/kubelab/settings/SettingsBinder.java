package io.kubelab.settings;

import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Problems;
import io.kubelab.document.RecordBinder;
import io.kubelab.document.RecordShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes {@link Settings} of values whose keys are all known. */
public final class SettingsBinder {
    /** kube-ansible wrote this one without its prefix and appended /16 wherever it was used. */
    static final String POD_NETWORK = "pod_network_cidr";

    private final Problems problems;
    private final RecordBinder binder;

    public SettingsBinder(Problems problems) {
        this.problems = problems;
        this.binder = new RecordBinder(problems);
    }

    /** Settings; empty if any value is wrong. */
    public Optional<Settings> bind(Values values) {
        Optional<LabSettings> lab = topic(LabSettings.class, values);
        Optional<MachineSettings> machines = topic(MachineSettings.class, values);
        Optional<ImageSettings> image = topic(ImageSettings.class, values);
        Optional<SpareDiskSettings> spareDisk = topic(SpareDiskSettings.class, values);
        Optional<NetworkSettings> network = topic(NetworkSettings.class, values);
        Optional<KubernetesSettings> kubernetes = topic(KubernetesSettings.class, values);
        Optional<MultusSettings> multus = topic(MultusSettings.class, values);
        Optional<BundleSettings> bundle = topic(BundleSettings.class, values);
        Optional<Extra> extra = extra(values);
        if (List.of(lab, machines, image, spareDisk, network, kubernetes, multus, bundle, extra)
                .stream()
                .anyMatch(Optional::isEmpty)) {
            return Optional.empty();
        }
        return Optional.of(
                new Settings(
                        lab.orElseThrow(),
                        machines.orElseThrow(),
                        image.orElseThrow(),
                        spareDisk.orElseThrow(),
                        network.orElseThrow(),
                        kubernetes.orElseThrow(),
                        multus.orElseThrow(),
                        bundle.orElseThrow(),
                        extra.orElseThrow().extra()));
    }

    private record Extra(Map<String, String> extra) {}

    private Optional<Extra> extra(Values values) {
        return binder.bind(Extra.class, part(List.of(Values.EXTRA), values));
    }

    private <T extends Record> Optional<T> topic(Class<T> type, Values values) {
        List<String> keys =
                new RecordShape(type).fields().stream().map(RecordShape.Field::key).toList();
        for (String key : keys) {
            if (values.get(key).isEmpty()) {
                problems.add(
                        "inventory/group_vars/all.yml",
                        "missing key '" + key + "': the default of every setting stands there");
            }
        }
        if (keys.stream().anyMatch(k -> values.get(k).isEmpty())) {
            return Optional.empty();
        }
        return binder.bind(type, part(keys, values));
    }

    private static Mapping part(List<String> keys, Values values) {
        var entries = new ArrayList<Entry>();
        Mark mark = Mark.option("settings");
        for (Entry entry : values.entries()) {
            if (keys.contains(entry.key().text())) {
                entries.add(entry.key().text().equals(POD_NETWORK) ? withPrefix(entry) : entry);
                mark = entry.key().mark();
            }
        }
        return new Mapping(List.copyOf(entries), mark);
    }

    private static Entry withPrefix(Entry entry) {
        return entry.value() instanceof Scalar(String text, boolean quoted, Mark mark)
                        && !text.contains("/")
                        && !text.isEmpty()
                ? new Entry(entry.key(), new Scalar(text + "/16", quoted, mark))
                : entry;
    }
}
