#!/bin/sh
# Makes a disk that boots by itself, as a distribution's cloud image does: by a BIOS, which finds extlinux in the root file system,
# or by UEFI, which finds systemd-boot and a copy of the kernel in a partition of its own. cloud-init asks the seed which the
# machine was given.
#
# disk.sh ROOT LAYER DIRECTORY: two tar files, and where disk.qcow2 is to be made
set -eu
root=$1 layer=$2 directory=$3
tree=$directory/tree raw=$directory/disk.raw
bytes=512 mebibytes=4096
# the root file system is last, so that it can grow
esp=2048 espSectors=$((128 * 2048)) sector=$((2048 + 128 * 2048))

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
initrd=initrd.img-${kernel#vmlinuz-}
options='root=LABEL=root ro console=tty0 console=ttyS0 mitigations=off'
cat > "$tree/boot/extlinux/extlinux.conf" <<END
DEFAULT linux
LABEL linux
  LINUX /boot/$kernel
  INITRD /boot/$initrd
  APPEND $options
END
cat > "$directory/linux.conf" <<END
title linux
linux /$kernel
initrd /$initrd
options $options
END

truncate --size="${mebibytes}M" "$raw"
printf '%s\n' "$esp,$espSectors,U" "$sector,,L,*" | sfdisk --quiet "$raw"
dd if=/usr/lib/EXTLINUX/mbr.bin of="$raw" bs=440 count=1 conv=notrunc status=none
# extlinux can't read the newest features of ext4
mke2fs -q -t ext4 -L root -d "$tree" -E "offset=$((sector * bytes))" -O ^metadata_csum_seed,^orphan_file "$raw" "$((mebibytes - 129))M"
efi=$raw@@$((esp * bytes))
mformat -i "$efi" -T "$espSectors" -h 64 -s 32 -v ESP ::
mmd -i "$efi" ::/EFI ::/EFI/BOOT ::/loader ::/loader/entries
mcopy -i "$efi" "$tree/usr/lib/systemd/boot/efi/systemd-bootx64.efi" ::/EFI/BOOT/BOOTX64.EFI
mcopy -i "$efi" "$tree/boot/$kernel" "$tree/boot/$initrd" ::/
mcopy -i "$efi" "$directory/linux.conf" ::/loader/entries/
rm -rf "$tree" "$directory/linux.conf"

mount=$(mktemp -d)
trap 'umount "$mount" 2> /dev/null || true; rmdir "$mount"' EXIT
mount -o "loop,offset=$((sector * bytes))" "$raw" "$mount"
extlinux --install "$mount/boot/extlinux" 2> /dev/null
umount "$mount"

qemu-img convert -f raw -O qcow2 -c -o compression_type=zstd "$raw" "$directory/disk.qcow2"
rm "$raw"
