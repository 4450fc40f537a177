package io.kubelab.steps.bundle;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code bundle/} says, read and checked.
 *
 * @param go by item
 * @param roots by item
 * @param layers by item: directory → programs ({@code item/program})
 * @param disks by item
 * @param images by item, in the order in which they are written
 * @param ownPlugins the CNI plugins of the setting {@code cni_plugins}
 * @param dnfPackages what a node of that family installs, sorted
 * @param idle Go modules of which nothing is wanted, because the images that are made of them are
 *     fetched
 */
record Bundle(
        Map<String, GoModule> go,
        Map<String, RootPackages> roots,
        Map<String, Map<String, List<String>>> layers,
        Map<String, DiskParts> disks,
        Map<String, ImageParts> images,
        List<GoModule> ownPlugins,
        List<String> dnfPackages,
        Set<String> idle) {}
