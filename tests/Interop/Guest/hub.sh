#!/bin/bash
# The role of a server: pptpd, pppd and the small services behind the tunnel. Read by init.sh.
#
# Settings:
#   HUB_USERS        name:password[:address], several separated by ';'   [sensor1:s3cret]
#   HUB_AUTH         it demands mschap-v2, mschap, chap, pap (several with blanks) [mschap-v2]
#   HUB_MPPE         128, 40, any or none                                [128]
#   HUB_MTU          MTU and MRU of the tunnel                           [1400]
#   HUB_LOCAL        its address inside the tunnel                       [10.98.0.1]
#   HUB_POOL         addresses for clients                               [10.98.0.100-149]
#   HUB_CONNECTIONS  calls at the same time                              [50]
#   HUB_ECHO         LCP echo: seconds between two : how many may fail; 0 is off      [10:3]
#   HUB_IDLE         seconds without traffic until it hangs up; 0 is off [0]
#   HUB_EXTRA        further options of pppd, separated by ';'
#   HUB_QUIET        1: pptpd does not log each packet                   [0]
# Behind the tunnel, at HUB_LOCAL: 7/udp echoes, 9/udp swallows and writes /out/sink.log.
local_address=${HUB_LOCAL:-10.98.0.1}

{
  echo "name pptpd"
  printf '%s\n' lock nobsdcomp nodeflate novj novjccomp noipv6 nodefaultroute nologfd debug dump
  echo "logfile /out/pppd.log"
  printf '%s\n' "mtu ${HUB_MTU:-1400}" "mru ${HUB_MTU:-1400}" "idle ${HUB_IDLE:-0}"
  for method in pap chap mschap mschap-v2; do
    case " ${HUB_AUTH:-mschap-v2} " in
      *" $method "*) echo "require-$method" ;;
      *) echo "refuse-$method" ;;
    esac
  done
  case ${HUB_MPPE:-128} in
    none) echo nomppe ;;
    any) echo require-mppe ;;
    *) echo "require-mppe-${HUB_MPPE:-128}" ;;
  esac
  echo=${HUB_ECHO:-10:3}
  [ "$echo" = 0 ] || printf '%s\n' "lcp-echo-interval ${echo%:*}" "lcp-echo-failure ${echo#*:}"
  tr ';' '\n' <<<"${HUB_EXTRA:-}"
} >/etc/ppp/pptpd-options

tr ';' '\n' <<<"${HUB_USERS:-sensor1:s3cret}" | while IFS=: read -r user password address; do
  printf '"%s" * "%s" %s\n' "$user" "$password" "${address:-*}"
done >/etc/ppp/chap-secrets
cp /etc/ppp/chap-secrets /etc/ppp/pap-secrets
chmod 600 /etc/ppp/*-secrets

{
  echo "option /etc/ppp/pptpd-options"
  [ "${HUB_QUIET:-0}" = 1 ] || echo debug
  echo "connections ${HUB_CONNECTIONS:-50}"
  echo "localip $local_address"
  echo "remoteip ${HUB_POOL:-10.98.0.100-149}"
} >/etc/pptpd.conf

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
ip rule add pref 1 iif eth0 to "${local_address%.*}.0/24" blackhole

perl /guest/services.pl "$local_address" >/out/services.log 2>&1 3>&- &
pptpd -c /etc/pptpd.conf -f 3>&- &

# 06BB is port 1723, 0A is the state LISTEN, /dev/log is there when the services run.
for _ in $(seq 200); do
  [ -S /dev/log ] && grep -q ':06BB 00000000:0000 0A' /proc/net/tcp && break
  pause 0.02
done
grep -q ':06BB 00000000:0000 0A' /proc/net/tcp || touch /out/failed
