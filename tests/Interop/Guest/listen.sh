#!/bin/bash
# One hub: a pptpd that listens at an address, and the options its pppd gets. Read by hub.sh for the
# guest's first hub, and by tests for further ones with other settings at other addresses: another
# pptpd takes some milliseconds, another guest takes seconds. All hubs of a guest share the tunnel
# address and the services behind it; their pools must differ.
#
# Settings:
#   HUB_NAME         its name; each hub of a guest has its own           [pptpd]
#   HUB_ADDRESS      where it listens; eth0 gets the address             [the guest's]
#   HUB_LOG          file for the log of pppd                            [/out/pppd.log]
#   HUB_USERS        name:password[:address], several separated by ';'   [sensor1:s3cret]
#   HUB_AUTH         it demands mschap-v2, mschap, chap, pap (several with blanks) [mschap-v2]
#   HUB_MPPE         128, 40, any or none                                [128]
#   HUB_STATEFUL     1: the client may ask for stateful MPPE             [0]
#   HUB_MTU          MTU and MRU of the tunnel                           [1400]
#   HUB_LOCAL        its address inside the tunnel                       [10.98.0.1]
#   HUB_POOL         addresses for clients                               [10.98.0.100-149]
#   HUB_CONNECTIONS  calls at the same time                              [50]
#   HUB_ECHO         LCP echo: seconds between two : how many may fail; 0 is off      [10:3]
#   HUB_IDLE         seconds without traffic until it hangs up; 0 is off [0]
#   HUB_RADIUS       1: the users are those of FreeRADIUS, see radius.sh [0]
#   HUB_EXTRA        further options of pppd, separated by ';'
#   HUB_QUIET        1: pptpd does not log each packet                   [0]
# It leaves its pid in /run/NAME.pid, and returns when clients can call.
hub=${HUB_NAME:-pptpd}
listen=${HUB_ADDRESS:-$ADDRESS}
local_address=${HUB_LOCAL:-10.98.0.1}

{
  echo "name $hub"
  printf '%s\n' lock nobsdcomp nodeflate novj novjccomp noipv6 nodefaultroute nologfd debug dump
  echo "logfile ${HUB_LOG:-/out/pppd.log}"
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
  [ "${HUB_STATEFUL:-0}" = 0 ] || echo mppe-stateful
  echo=${HUB_ECHO:-10:3}
  [ "$echo" = 0 ] || printf '%s\n' "lcp-echo-interval ${echo%:*}" "lcp-echo-failure ${echo#*:}"
  [ "${HUB_RADIUS:-0}" = 0 ] ||
    printf '%s\n' "plugin radius.so" "radius-config-file /etc/radiusclient.conf"
  tr ';' '\n' <<<"${HUB_EXTRA:-}"
} >"/etc/ppp/$hub-options"

# The lines of a hub hold its name, so that the same user may have another password at each.
touch /etc/ppp/chap-secrets
{
  grep -v "^\"[^\"]*\" $hub " /etc/ppp/chap-secrets
  tr ';' '\n' <<<"${HUB_USERS:-sensor1:s3cret}" | while IFS=: read -r user password address; do
    printf '"%s" %s "%s" %s\n' "$user" "$hub" "$password" "${address:-*}"
  done
} >/run/secrets
chmod 600 /run/secrets
cp -p /run/secrets /etc/ppp/pap-secrets
mv /run/secrets /etc/ppp/chap-secrets

{
  echo "option /etc/ppp/$hub-options"
  [ "${HUB_QUIET:-0}" = 1 ] || echo debug
  echo "listen $listen"
  echo "connections ${HUB_CONNECTIONS:-50}"
  echo "localip $local_address"
  echo "remoteip ${HUB_POOL:-10.98.0.100-149}"
} >"/etc/$hub.conf"

[ "$listen" = "$ADDRESS" ] || ip addr replace "$listen/24" dev eth0
pptpd -c "/etc/$hub.conf" -p "/run/$hub.pid" -f >/dev/null 2>&1 3>&- &

# 06BB is port 1723, 0A is the state LISTEN; the kernel prints addresses with the last octet first.
IFS=. read -r a b c d <<<"$listen"
socket=$(printf '%02X%02X%02X%02X:06BB 00000000:0000 0A' "$d" "$c" "$b" "$a")
tries=100
until grep -q "$socket" /proc/net/tcp; do
  [ $((tries--)) -gt 0 ] || break
  kill -0 $! || break
  sleep 0.02
done
grep -q "$socket" /proc/net/tcp
