#!/bin/bash
# measure-distance.sh [-c CONFIGURATION] [-n RUNS] [-l RUNS] [-o RUNS] - how long a tunnel takes to a hub
# that is 200 ms away, side by side: nanopptp and pptp-linux dial the same real pptpd in turn.
#
#   -c CONFIGURATION  debug or release: which build of the tool                            [release]
#   -n RUNS           runs without loss of each client                                     [10]
#   -l RUNS           runs of nanopptp with 5 % of the packets lost each way               [100]
#   -o RUNS           runs of pptp-linux with that loss                                    [10]
#   -p                with real-time priority, for a machine that has other work: the first option
#
# The line is in the hub's guest, so that it is the same for both clients: 100 ms each way, with netem.
# Times are taken from the line: from the client's TCP SYN to the moment when it has a Configure-Ack
# of IPCP and has sent one. Of each run that takes longer than 3 s it is said whether it waited for the
# hub's own 3-second timer: whether pppd's log has a request or a challenge twice with one identifier.
#
# Ends with 0 when nanopptp keeps what the README of this folder promises. Needs what peers.sh needs and
# the built tool (dotnet build -c Release nanoPptp.sln). All of it takes a quarter of an hour.
set -u
[ "${1:-}" != -p ] || { shift; exec chrt --rr 1 "${BASH_SOURCE[0]}" "$@"; }
umask 077
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

configuration=release whole_runs=10 loss_runs=100 other_runs=10
while getopts c:n:l:o: option; do
  case $option in
    c) configuration=$OPTARG ;;
    n) whole_runs=$OPTARG ;;
    l) loss_runs=$OPTARG ;;
    o) other_runs=$OPTARG ;;
    *) sed -n '2,/^set /s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done

tool=${ArtifactsPath:-.artifacts}/bin/nanoPptp.Tool/$configuration/nanoPptp.Tool.dll
[ -f "$tool" ] || { echo "$tool is missing: dotnet build -c Release nanoPptp.sln" >&2; exit 1; }

peers=tests/Interop/peers.sh
export PEERS_RUN=$$-distance PEERS_OWNER=$$ PEERS_LIFETIME=3600
out=/run/nanopptp/$PEERS_RUN/hub/out
line=100ms
work=$(mktemp -d)
watch_pid=
trap 'stop_line; rm -rf "$work"' EXIT
printf '%s' s3cret >"$work/password"
faults=0

# start_line LOSS: a new hub behind the line, and a client beside it.
start_line() {
  local netem="delay $line $1"
  PEERS_NETEM=$netem HUB_USERS=sensor1:s3cret "$peers" start hub >/dev/null &&
    "$peers" start client >/dev/null || exit 1
  # Both ends know each other's hardware address before the first run.
  for _ in 1 2 3 4 5; do
    "$peers" inside ping -q -c 1 -W 1 10.99.0.2 >/dev/null && break
  done
  "$peers" exec client 'ping -q -c 5 -i 0.3 10.99.0.2' >/dev/null
  "$peers" inside perl tests/Interop/line-watch.pl hub 10.99.0.2 >"$work/line" &
  watch_pid=$!
  for _ in $(seq 100); do
    grep -q ready "$work/line" && return
    sleep 0.05
  done
  echo "line-watch.pl does not start" >&2
  exit 1
}

stop_line() {
  [ -z "$watch_pid" ] || kill "$watch_pid" 2>/dev/null
  watch_pid=
  "$peers" stop
}

# idle: no call is left at the hub. A client that was lost is noticed late: then it is ended there.
idle() {
  for _ in $(seq 40); do
    "$peers" exec hub '! pgrep -x pppd >/dev/null' && return
    sleep 0.1
  done
  "$peers" exec hub 'pkill -x pppd; for _ in $(seq 50); do pgrep -x pppd || break; sleep 0.1; done' \
    >/dev/null
}

dial_nanopptp() {
  local last=()
  [ -z "$1" ] || last=(--last-address "$1")
  timeout 100 "$peers" inside dotnet "$tool" connect --json --hub 10.99.0.2 --hub-kind poptop \
    --user sensor1 --password-file "$work/password" --for 0 "${last[@]}" >"$work/events"
}

dial_pptp_linux() {
  PEERS_EXEC_SECONDS=100 "$peers" exec client 'timeout 90 pppd call hub updetach; code=$?
    pkill -x pppd; for _ in $(seq 100); do pgrep -x pppd >/dev/null || break; sleep 0.1; done
    exit $code' >/dev/null
}

# up_time: milliseconds from the last SYN that began a connection to both Configure-Acks of IPCP.
up_time() {
  tail -c +"$(($1 + 1))" "$work/line" | awk '
    $2 == "syn" && !syn { syn = $1 }
    $2 == "IPCP" && $4 == 2 { if ($3 == "up") up = up ? up : $1; else down = down ? down : $1 }
    END { if (syn && up && down) printf "%.0f", ((up > down ? up : down) - syn) * 1000 }'
}

# waited OFFSET: what the hub's pppd repeated with the same identifier: its own 3 seconds were over.
waited() {
  tail -c +"$(($1 + 1))" "$out/pppd.log" |
    sed -n 's/^sent \[\([A-Z]*\) \(ConfReq\|Challenge\) \(id=0x[0-9a-f]*\).*/\1 \2 \3/p' |
    sort | uniq -d | sed 's/ id=.*//' | paste -sd , -
}

# stages CLIENT: how long the stages took, from the tool's events.
stages() {
  [ "$1" = nanopptp ] || return
  sed -n 's/.*"event":"stage","stage":"\([a-z]*\)".*"tookMs":\([0-9]*\).*/\1 \2/p' "$work/events" |
    paste -sd , - | sed 's/^/ (/; s/,/, /g; s/$/)/'
}

# one CLIENT [ADDRESS]: dials once; sets time_ms (empty: it did not come up) and timers.
one() {
  local line_size log_size
  line_size=$(stat -c %s "$work/line")
  log_size=$(stat -c %s "$out/pppd.log" 2>/dev/null || echo 0)
  "dial_$1" "${2:-}"
  local code=$?
  sleep 0.2
  time_ms=$(up_time "$line_size")
  [ $code = 0 ] || [ -n "$time_ms" ] || time_ms=
  idle
  timers=$(waited "$log_size")
}

median() {
  grep . | sort -n |
    awk '{ t[NR] = $1 } END { if (NR) print int((t[int((NR + 1) / 2)] + t[int(NR / 2) + 1]) / 2) }'
}

# check WHAT VALUE LIMIT: a promise.
check() {
  if [ -n "$2" ] && [ "$2" -le "$3" ]; then
    echo "kept: $1: $2, at most $3"
  else
    echo "NOT KEPT: $1: ${2:-none}, at most $3"
    faults=1
  fi
}

echo "== 200 ms round trip, nothing lost: SYN to IPCP up, milliseconds"
start_line ""
one nanopptp ""
address=$(sed -n '/"event":"up"/s/.*"local":"\([0-9.]*\)".*/\1/p' "$work/events")
for ((run = 1; run <= whole_runs; run++)); do
  one nanopptp ""
  echo "$time_ms" >>"$work/unknown"
  one nanopptp "$address"
  echo "$time_ms" >>"$work/known"
  one pptp_linux
  echo "$time_ms" >>"$work/other"
done
for kind in unknown known other; do
  echo "$kind: $(paste -sd ' ' "$work/$kind")"
done
echo "pptp-linux: median $(median <"$work/other")"
check "nanopptp, address not known, median" "$(median <"$work/unknown")" 1550
check "nanopptp, address known, median" "$(median <"$work/known")" 1350
stop_line

# lossy CLIENT RUNS: runs with loss, a line for each slow one, and a summary.
lossy() {
  local run up=0 quick=0
  : >"$work/times"
  for ((run = 1; run <= $2; run++)); do
    one "$1" "$address"
    if [ -z "$time_ms" ]; then
      echo "$1 run $run: not up; hub's own timers: ${timers:-none}$(stages "$1")"
      [ "$1" != nanopptp ] || tail -n 1 "$work/events"
      continue
    fi
    up=$((up + 1))
    echo "$time_ms" >>"$work/times"
    if [ "$time_ms" -le 3000 ]; then
      quick=$((quick + 1))
    elif [ -n "$timers" ]; then
      echo "$1 run $run: $time_ms ms; waited for the hub's own 3 seconds: $timers$(stages "$1")"
    else
      echo "$1 run $run: $time_ms ms; without waiting for the hub's own 3 seconds$(stages "$1")"
    fi
  done
  echo "$1: $up of $2 up, $quick within 3 s, median $(median <"$work/times") ms"
  missing=$(($2 - up)) slow=$(($2 - quick))
}

if [ "$loss_runs" -gt 0 ] || [ "$other_runs" -gt 0 ]; then
  echo "== the same line with 5 % loss each way"
  start_line "loss 5%"
  lossy nanopptp "$loss_runs"
  check "nanopptp, runs that did not come up" "$missing" 0
  check "nanopptp, of 100 runs slower than 3 s" $((loss_runs ? slow * 100 / loss_runs : 0)) 30
  lossy pptp_linux "$other_runs"
fi
exit $faults
