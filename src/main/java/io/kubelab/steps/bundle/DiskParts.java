package io.kubelab.steps.bundle;

/**
 * What a disk is made from.
 *
 * @param name the item's name
 * @param root item of a root file system
 * @param layer item of a layer over it
 * @param script the program that makes it, a path below {@code bundle/}: {@code SCRIPT ROOT.tar
 *     LAYER.tar DIRECTORY}
 * @param scriptDigest of its text
 */
record DiskParts(String name, String root, String layer, String script, String scriptDigest) {}
