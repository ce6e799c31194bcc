#!/bin/bash
# pid 1 of a guest: common set-up, then its role, then commands from the host until its time is up.
export PATH=/usr/sbin:/usr/bin HOME=/root
# shellcheck source=/dev/null
. /etc/settings

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
mkdir -p /dev/pts /run/lock
mount -t devpts devpts /dev/pts
echo "$NAME" >/proc/sys/kernel/hostname
# A burst must wait for pptpd and the services, not be lost in front of them.
echo 4194304 >/proc/sys/net/core/rmem_max
echo 4194304 >/proc/sys/net/core/rmem_default

modprobe -d /modules -a ppp_async ppp_mppe
# Nothing else is there to be loaded: the kernel need not start a program to find that out.
echo /bin/false >/proc/sys/kernel/modprobe
[ -d /sys/module/ppp_mppe ] || touch /out/failed
[ -e /dev/ppp ] || mknod /dev/ppp c 108 0

ip link set lo up
ip link set eth0 up
ip addr add "$ADDRESS/24" dev eth0
# The table of local addresses moves behind the rules that drop packets.
ip rule add pref 10 lookup local
ip rule del pref 0
# shellcheck disable=SC2086 # NETEM is a list of arguments
[ -z "$NETEM" ] || bash /guest/netem.sh $NETEM || touch /out/failed

# shellcheck source=/dev/null
. /guest/commands.sh
# shellcheck source=/dev/null
. "/guest/$ROLE.sh"
touch /out/ready

serve_commands
echo o >/proc/sysrq-trigger
sleep 60
