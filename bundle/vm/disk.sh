#!/bin/sh
# Makes a disk that boots by itself on a BIOS, as a distribution's cloud image does: one partition with ext4, extlinux, and
# cloud-init that asks the seed which the machine was given.
#
# disk.sh ROOT LAYER DIRECTORY: two tar files, and where disk.qcow2 is to be made
set -eu
root=$1 layer=$2 directory=$3
tree=$directory/tree raw=$directory/disk.raw
sector=2048 bytes=512 mebibytes=4096

mkdir "$tree"
for archive in "$root" "$layer"; do
  tar --extract --file="$archive" --directory="$tree" --numeric-owner --preserve-permissions --xattrs --xattrs-include='*' --keep-directory-symlink
done

# every clone is somebody else
: > "$tree/etc/machine-id"
rm -f "$tree"/etc/ssh/ssh_host_*
echo 'LABEL=root / ext4 defaults,errors=remount-ro 0 1' > "$tree/etc/fstab"
# nothing else is asked, and nothing waited for
echo 'datasource_list: [NoCloud, None]' > "$tree/etc/cloud/cloud.cfg.d/90-datasource.cfg"
mkdir -p "$tree/boot/extlinux"
kernel=$(basename "$tree"/boot/vmlinuz-*)
cat > "$tree/boot/extlinux/extlinux.conf" <<END
DEFAULT linux
LABEL linux
  LINUX /boot/$kernel
  INITRD /boot/initrd.img-${kernel#vmlinuz-}
  APPEND root=LABEL=root ro console=tty0 console=ttyS0 mitigations=off
END

truncate --size="${mebibytes}M" "$raw"
echo "$sector,,L,*" | sfdisk --quiet "$raw"
dd if=/usr/lib/EXTLINUX/mbr.bin of="$raw" bs=440 count=1 conv=notrunc status=none
# extlinux can't read the newest features of ext4
mke2fs -q -t ext4 -L root -d "$tree" -E "offset=$((sector * bytes))" -O ^metadata_csum_seed,^orphan_file "$raw" "$((mebibytes - 1))M"
rm -rf "$tree"

mount=$(mktemp -d)
trap 'umount "$mount" 2> /dev/null || true; rmdir "$mount"' EXIT
mount -o "loop,offset=$((sector * bytes))" "$raw" "$mount"
extlinux --install "$mount/boot/extlinux" 2> /dev/null
umount "$mount"

qemu-img convert -f raw -O qcow2 -c -o compression_type=zstd "$raw" "$directory/disk.qcow2"
rm "$raw"
