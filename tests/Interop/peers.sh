#!/bin/bash
# Real PPTP peers in user-mode Linux guests, for people and for the tests of this folder.
#
#   peers.sh check [PROGRAM...]           says in one sentence what a guest needs and is not here
#   peers.sh packages                     the Debian packages a guest needs
#   peers.sh start hub [NAME ADDRESS]     boot a server: pptpd and pppd           (hub 10.99.0.2)
#   peers.sh start client [NAME ADDRESS]  boot a client: pptp-linux and pppd      (client 10.99.0.3)
#   peers.sh start plant                  make the plant: a machine on the network behind the hubs
#   peers.sh exec NAME COMMAND            run a shell command in a guest, print what it prints
#   peers.sh inside COMMAND...            run a program in the namespace, beside the guests
#   peers.sh gre drop|pass NAME           drop GRE (or no longer) in the namespace and in a guest
#   peers.sh nat helper|plain|open        make the namespace a router that masquerades, with two
#                                         machines behind it: with the kernel's PPTP helper, or
#                                         without, or without and with no firewall of its own
#   peers.sh behind N COMMAND...          run a program on machine 1 or 2 behind the router
#   peers.sh stop [NAME]                  end one guest, or the whole run with its namespace
#   peers.sh sweep                        remove what runs left whose owner has died
#
# Each run has a network namespace of its own, nanopptp-RUN, with a bridge: the namespace itself is
# 10.99.0.1 on it, the guests are their ADDRESS. Machines behind the router are the namespaces
# nanopptp-RUN.1 with 10.97.0.2 and nanopptp-RUN.2 with 10.97.0.3. The plant is 10.96.0.2 in the
# namespace nanopptp-RUN.plant; a hub with HUB_PLANT is its way to the tunnels, and it outlives that
# hub. Nothing leaves them. The state of
# a run is in /run/nanopptp/RUN; what a guest writes is in /run/nanopptp/RUN/NAME/out: pppd.log,
# syslog.log, and of a hub events.log (tunnels up and down) and sink.log (datagrams to its port 9).
#
# Environment:
#   PEERS_RUN       name of the run                                              [manual]
#   PEERS_OWNER     process the run belongs to: when it has died, the next start removes the run
#   PEERS_LIFETIME  seconds after which a guest ends by itself                   [600]
#   PEERS_MEMORY    memory of a guest in MiB; with less than 96 the MPPE module may not load  [128]
#   PEERS_NETEM     netem arguments for each way, like "delay 100ms loss 1%", see Guest/netem.sh
#   HUB_*           settings of a server, see Guest/listen.sh
#   CLIENT_*        settings of a client, see Guest/client-options.sh
set -u
umask 077
PATH=$PATH:/usr/sbin:/sbin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
run=${PEERS_RUN:-manual}
base=/run/nanopptp
home=$base/$run
namespace=nanopptp-$run
packages="user-mode-linux pptpd ppp pptp-linux kmod iproute2 iputils-ping freeradius nftables"
packages+=" mosquitto mosquitto-clients libcoap3-bin"

die() {
  echo "peers.sh: $*" >&2
  exit 1
}

check() {
  local command
  [ "$(uname -s)" = Linux ] || { echo "The guests need Linux."; return 1; }
  [ "$(id -u)" = 0 ] || { echo "The guests need root for their network namespace."; return 1; }
  [ -c /dev/net/tun ] || { echo "The guests need the device /dev/net/tun."; return 1; }
  for command in linux.uml pptpd pppd pptp modprobe ip tc ping perl setarch flock unshare "$@"; do
    command -v "$command" >/dev/null && continue
    echo "The program $command is missing: apt-get install --no-install-recommends $packages"
    return 1
  done
  unshare --net --mount --pid --fork true 2>/dev/null ||
    { echo "This machine does not let root make namespaces."; return 1; }
}

# birth PID: when the process was started, in clock ticks; nothing when it has ended (Z: ended, but
# its parent does not know yet). A pid alone may have been given to another process meanwhile.
birth() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  read -ra stat <<<"${stat##*) }"
  [ "${stat[0]}" != Z ] || return 1
  echo "${stat[19]}"
}

# lives FILE: is the process of which FILE holds pid and birth still there?
lives() {
  local pid born
  { read -r pid born <"$1"; } 2>/dev/null && [ "$(birth "$pid")" = "$born" ]
}

# wait_for SECONDS TEST...: repeat the test until it holds.
wait_for() {
  local tries=$(($1 * 50))
  shift
  until "$@"; do
    [ $((tries--)) -gt 0 ] || return 1
    sleep 0.02
  done
}

# Only one at a time makes or removes namespaces and folders. Guests must not inherit fd 9.
lock() {
  mkdir -p "$base"
  exec 9>"$base/lock"
  flock -w 60 9 || die "another start or stop takes too long"
}

# end_guest FOLDER: the process is the parent of the guest's pid namespace, which ends with it.
end_guest() {
  local pid
  lives "$1/pid" || return 0
  read -r pid _ <"$1/pid"
  kill -KILL "$pid" 2>/dev/null
}

gone() {
  ! lives "$1/pid"
}

remove_run() {
  local guest namespace
  for guest in "$base/$1"/*/; do
    end_guest "$guest"
  done
  for guest in "$base/$1"/*/; do
    wait_for 10 gone "$guest" || echo "peers.sh: $guest does not end" >&2
  done
  for namespace in "nanopptp-$1" /run/netns/"nanopptp-$1".*; do
    ip netns del "$(basename "$namespace")" 2>/dev/null
  done
  rm -rf --one-file-system "${base:?}/$1"
}

# in_use RUN: a run with an owner lives as long as that, one without as long as a guest of it.
in_use() {
  local guest
  if [ -e "$base/$1/owner" ]; then
    lives "$base/$1/owner"
    return
  fi
  for guest in "$base/$1"/*/; do
    lives "$guest/pid" && return
  done
  return 1
}

sweep() {
  local folder
  for folder in "$base"/*/; do
    folder=$(basename "$folder")
    [ -d "$base/$folder" ] && ! in_use "$folder" && remove_run "$folder"
  done
}

make_namespace() {
  [ -e "/run/netns/$namespace" ] && return
  ip netns add "$namespace" &&
    ip -n "$namespace" link set lo up &&
    ip -n "$namespace" link add br0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0 &&
    ip -n "$namespace" addr add 10.99.0.1/24 dev br0 &&
    ip -n "$namespace" link set br0 up &&
    # The table of local addresses moves behind the rules that "gre drop" makes.
    ip -n "$namespace" rule add pref 10 lookup local &&
    ip -n "$namespace" rule del pref 0
}

attach_link() {
  ip -n "$namespace" link del "$1" 2>/dev/null
  ip -n "$namespace" tuntap add dev "$1" mode tap &&
    ip -n "$namespace" link set "$1" master br0 up
}

# The plant is a machine beside the guests, with a route to the tunnels through the hub's address in
# its network.
make_plant() {
  local plant=$namespace.plant
  [ ! -e "/run/netns/$plant" ] || return 0
  ip netns add "$plant" &&
    ip -n "$plant" link set lo up &&
    ip -n "$namespace" link add plant type veth peer name eth0 netns "$plant" &&
    ip -n "$namespace" link set plant master br0 up &&
    ip -n "$plant" addr add 10.96.0.2/24 dev eth0 &&
    ip -n "$plant" link set eth0 up &&
    ip -n "$plant" route add default via 10.96.0.1
}

write_settings() {
  local variable
  printf '%s=%q\n' ROLE "$1" NAME "$2" ADDRESS "$3" \
    LIFETIME "${PEERS_LIFETIME:-600}" MEMORY "${PEERS_MEMORY:-128}" NETEM "${PEERS_NETEM:-}"
  for variable in $(compgen -v HUB_) $(compgen -v CLIENT_); do
    printf '%s=%q\n' "$variable" "${!variable}"
  done
}

start() {
  local role=${1:-} name address guest reason pid where=$namespace
  case $role in
    hub) name=${2:-hub} address=${3:-10.99.0.2} ;;
    client) name=${2:-client} address=${3:-10.99.0.3} ;;
    plant) name=plant address=10.96.0.2 where=$namespace.plant ;;
    *) die "start hub, start client or start plant?" ;;
  esac
  reason=$(check) || die "$reason"
  guest=$home/$name
  lock
  sweep
  lives "$guest/pid" && die "$name is running already"
  rm -rf --one-file-system "$guest"
  mkdir -p "$guest/out" "$guest/root" "$guest/memory"
  if [ -n "${PEERS_OWNER:-}" ]; then
    echo "$PEERS_OWNER $(birth "$PEERS_OWNER")" >"$home/owner"
  fi
  make_namespace || die "cannot make the namespace $namespace"
  if [ "$role" = plant ]; then
    make_plant || die "cannot make the network of the plant"
  else
    attach_link "$name" || die "cannot make the link $name"
  fi
  write_settings "$role" "$name" "$address" >"$guest/settings"
  setsid ip netns exec "$where" unshare --mount --pid --fork --kill-child \
    "$here/Guest/boot.sh" "$guest" </dev/null >"$guest/boot.log" 2>&1 9>&- &
  pid=$!
  disown
  echo "$pid $(birth "$pid")" >"$guest/pid"
  exec 9>&-
  if ! wait_for 20 settled "$guest" || [ ! -e "$guest/out/ready" ]; then
    tail -n 5 "$guest/boot.log" >&2
    end_guest "$guest"
    die "the guest $name did not come up"
  fi
  echo "$role $name is up: address $address, namespace $where, files $guest/out"
}

# settled FOLDER: the guest is ready, or never will be.
settled() {
  [ -e "$1/out/ready" ] || [ -e "$1/out/failed" ] || gone "$1"
}

# The guest polls for the file "command" and answers with "status", see Guest/init.sh.
guest_exec() {
  local guest=$home/$1
  shift
  lives "$guest/pid" || die "the guest is not running"
  exec 9>"$guest/exec.lock"
  flock -w 60 9 || die "another command takes too long"
  rm -f "$guest/out/status"
  printf '%s\n' "$*" >"$guest/out/command.new"
  mv "$guest/out/command.new" "$guest/out/command"
  wait_for "${PEERS_EXEC_SECONDS:-30}" answered "$guest" || die "the guest does not answer"
  cat "$guest/out/output"
  return "$(<"$guest/out/status")"
}

answered() {
  [ -e "$1/out/status" ] || gone "$1"
}

# What comes in is dropped on both sides; what goes out is sent, as into a firewall on the way.
gre() {
  local verb
  case ${1:-} in
    drop) verb=add ;;
    pass) verb=del ;;
    *) die "gre drop or gre pass?" ;;
  esac
  ip -n "$namespace" rule "$verb" pref 2 iif br0 ipproto 47 blackhole &&
    guest_exec "$2" "ip rule $verb pref 2 iif eth0 ipproto 47 blackhole"
}

make_machines() {
  local i machine
  [ ! -e "/run/netns/$namespace.1" ] || return 0
  ip -n "$namespace" link add br1 type bridge forward_delay 0 stp_state 0 mcast_snooping 0 &&
    ip -n "$namespace" addr add 10.97.0.1/24 dev br1 &&
    ip -n "$namespace" link set br1 up &&
    ip netns exec "$namespace" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward' || return
  for i in 1 2; do
    machine=$namespace.$i
    ip netns add "$machine" &&
      ip -n "$machine" link set lo up &&
      ip -n "$namespace" link add "machine$i" type veth peer name eth0 netns "$machine" &&
      ip -n "$namespace" link set "machine$i" master br1 up &&
      ip -n "$machine" addr add "10.97.0.$((i + 1))/24" dev eth0 &&
      ip -n "$machine" link set eth0 up &&
      ip -n "$machine" route add default via 10.97.0.1 || return
  done
}

# The router is the namespace itself. The kernel's helper works for a connection that a rule gives to
# it. A router for homes takes no GRE for itself; one without such a firewall ("open") answers the
# hub, to whom it never spoke GRE, that the protocol is unreachable.
nat() {
  local rules='' mode=${1:-}
  case $mode in
    helper | plain) rules='chain for_itself {
      type filter hook input priority filter;
      iifname "br0" ip protocol gre drop
    }' ;;
    open) ;;
    *) die "nat helper, nat plain or nat open?" ;;
  esac
  [ "$mode" != helper ] || rules+='
    ct helper pptp {
      type "pptp" protocol tcp;
      l3proto ip
    }
    chain inbound {
      type filter hook prerouting priority filter;
      tcp dport 1723 ct helper set "pptp"
    }'
  make_machines || die "cannot make the machines behind the router"
  ip netns exec "$namespace" nft -f - <<RULES || die "the kernel cannot be such a router"
  table ip nanopptp
  delete table ip nanopptp
  table ip nanopptp {
    chain outbound {
      type nat hook postrouting priority srcnat;
      oifname "br0" ip saddr 10.97.0.0/24 masquerade
    }
    $rules
  }
RULES
}

behind() {
  local machine=$1
  shift
  exec ip netns exec "$namespace.$machine" "$@"
}

stop() {
  if [ $# = 0 ]; then
    lock
    [ ! -d "$home" ] || remove_run "$run"
  else
    end_guest "$home/$1"
    wait_for 10 gone "$home/$1" || die "$1 does not end"
  fi
}

usage() {
  sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

case ${1:-} in
  check) shift; check "$@" ;;
  packages) echo "$packages" ;;
  start) shift; start "$@" ;;
  exec) shift; guest_exec "$@" ;;
  inside) shift; exec ip netns exec "$namespace" "$@" ;;
  gre) shift; gre "$@" ;;
  nat) shift; nat "$@" ;;
  behind) shift; behind "$@" ;;
  stop) shift; stop "$@" ;;
  sweep) lock; sweep ;;
  -h | --help | help) usage ;;
  *) usage >&2; exit 2 ;;
esac
