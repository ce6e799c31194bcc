#!/bin/bash
# boot.sh FOLDER - pid 1 of a guest's namespaces on the host: lays out the guest's root file system
# and runs the user-mode kernel on it. The plant needs no PPP, so it is no more than that root.
#
# The root is a tmpfs that only these namespaces see; /usr and this folder are bound read-only. The
# one thing of the host a guest can write is FOLDER/out. The kernel's memory is a file on a tmpfs of
# its own, because /dev/shm may be small.
set -e

guest=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=/dev/null
. "$guest/settings"
root=$guest/root

mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs -o size="$((MEMORY + 64))m" memory "$guest/memory"
mount -t tmpfs -o size=64m,mode=755 root "$root"
umask 022
mkdir -p "$root"/{usr,guest,out,etc/ppp,proc,sys,dev,run,tmp,root,var/log,var/lib,modules/lib}
mount --bind /usr "$root/usr"
mount -o remount,bind,ro "$root/usr"
mount --bind "$here" "$root/guest"
mount -o remount,bind,ro "$root/guest"
mount --bind "$guest/out" "$root/out"
for folder in bin sbin lib lib64; do
  ln -s "usr/$folder" "$root/$folder"
done
ln -s ../run "$root/var/run"
ln -s ../run/lock "$root/var/lock"
ln -s /usr/lib/uml/modules "$root/modules/lib/modules"
cp /etc/ld.so.cache "$root/etc/"
echo "root:x:0:0:root:/root:/bin/sh" >"$root/etc/passwd"
echo "root:x:0:" >"$root/etc/group"
echo "127.0.0.1 localhost $NAME" >"$root/etc/hosts"
: >"$root/etc/ppp/options"
cp "$guest/settings" "$root/etc/settings"

if [ "$ROLE" = plant ]; then
  for device in null urandom; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  exec env -i /usr/sbin/chroot "$root" /guest/plant.sh
fi

# The guest ends itself after LIFETIME seconds (init.sh); if it hangs, timeout ends it.
export TMPDIR=$guest/memory HOME=$guest/memory
cd "$guest/memory"
timeout -s KILL "$((LIFETIME + 10))" setarch -R linux.uml mem="${MEMORY}M" \
  root=/dev/root rootfstype=hostfs rootflags="$root" rw init=/guest/init.sh \
  eth0=tuntap,"$NAME","$(printf '02:99:00:00:00:%02x' "${ADDRESS##*.}")" \
  con=null con0=null,fd:1 ssl=null printk.time=1 || true
