#!/bin/bash
# The role of a server: pptpd, pppd and the small services behind the tunnel. Read by init.sh.
# Its settings are those of listen.sh, and
#   HUB_PLANT  its address in the plant's network, to which it is the way   [none]
# Behind the tunnel, at HUB_LOCAL: 7/udp echoes, 9/udp swallows and writes /out/sink.log.
local_address=${HUB_LOCAL:-10.98.0.1}

for event in up down; do
  cat >"/etc/ppp/ip-$event" <<SCRIPT
#!/bin/sh
echo "\$(date +%s.%N) $event local=\$4 remote=\$5 user=\$PEERNAME from=\$6" >>/out/events.log
SCRIPT
  chmod +x "/etc/ppp/ip-$event"
done

# The tunnel address is on lo, so that the services can bind to it before there is a tunnel. What
# comes for the tunnel's network from eth0 is dropped: the services answer only through a tunnel.
ip addr add "$local_address/32" dev lo
ip rule add pref 1 iif eth0 to "${local_address%.*.*}.0.0/16" blackhole

# The plant may speak with the machines at the other end of tunnels.
if [ -n "${HUB_PLANT:-}" ]; then
  ip addr add "$HUB_PLANT" dev eth0
  ip rule add pref 0 iif eth0 from "$HUB_PLANT" to "${local_address%.*.*}.0.0/16" lookup main
  echo 1 >/proc/sys/net/ipv4/ip_forward
fi

# /dev/log is there when the services run.
perl /guest/services.pl "$local_address" >/out/services.log 2>&1 3>&- &
for _ in $(seq 200); do
  [ -S /dev/log ] && break
  pause 0.02
done

# shellcheck source=/dev/null
. /guest/listen.sh || touch /out/failed
