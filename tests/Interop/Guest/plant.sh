#!/bin/bash
# pid 1 of the plant: a machine on the network behind the hubs, with a root like that of a guest,
# but without a kernel of its own: it must leave alone everything in /proc/sys. It has no role;
# brokers are started in it by commands from the host until its time is up.
export PATH=/usr/sbin:/usr/bin HOME=/root
# shellcheck source=/dev/null
. /etc/settings

mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp

# shellcheck source=/dev/null
. /guest/commands.sh
touch /out/ready
serve_commands
