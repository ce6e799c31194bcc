#!/bin/bash
# netem.sh [ARGUMENT...] - a bad line: both what the guest sends and what it gets passes a netem with
# these arguments, like "delay 100ms" or "loss 5%". Without arguments the line is clean again.
#
# What comes in cannot be queued on eth0 itself: it is turned over to ifb0, as if that sent it. ARP
# is left alone on its way in; the bench's own network is no part of the line.
tc qdisc del dev eth0 root 2>/dev/null
tc qdisc del dev eth0 ingress 2>/dev/null
[ $# -gt 0 ] || exit 0

modprobe -d /modules -a sch_netem sch_ingress cls_matchall act_mirred &&
  { [ -e /sys/class/net/ifb0 ] || modprobe -d /modules ifb numifbs=1; } &&
  ip link set ifb0 up &&
  tc qdisc replace dev ifb0 root netem "$@" &&
  tc qdisc add dev eth0 ingress &&
  tc filter add dev eth0 ingress protocol ip matchall action mirred egress redirect dev ifb0 &&
  tc qdisc add dev eth0 root netem "$@"
