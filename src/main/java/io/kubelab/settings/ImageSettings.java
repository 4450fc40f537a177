package io.kubelab.settings;

/**
 * What the disks of virtual machines are clones of.
 *
 * @param image a name in {@code inventory/images.yml}, or {@code build:} and what is made from
 *     packages
 * @param imageUrl {@code http(s)://}, {@code file://} for a file of the virthost, or a path for one
 *     of the workstation; {@code auto}: the table's
 * @param imageDigest {@code sha256:} or {@code sha512:} and hexadecimal digits; {@code auto}: the
 *     table's
 * @param imageChecksumsUrl the vendor's signed list of digests; {@code auto}: the table's
 * @param imageChecksumsKey the OpenPGP key that has signed it: a file of the workstation or a URL;
 *     {@code auto}: the table's
 * @param machineFirmware what starts the image
 */
@LabWide
public record ImageSettings(
        String image,
        String imageUrl,
        String imageDigest,
        String imageChecksumsUrl,
        String imageChecksumsKey,
        MachineFirmware machineFirmware) {
    /** What virtual machines start by. */
    public enum MachineFirmware {
        /** What the image needs. */
        AUTO,
        BIOS,
        UEFI
    }
}
