#!/bin/bash
# measure-setup.sh [debug|release] - how long a tunnel takes: boots a real hub, connects five times
# and prints the times from the TCP SYN to IPCP up, and their median. Needs what peers.sh needs, and
# the built tool (dotnet build nanoPptp.sln). PEERS_NETEM="delay 100ms" puts the hub far away:
# 200 ms for a round trip.
set -u
umask 077
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

artifacts=${ArtifactsPath:-.artifacts}
tool=$artifacts/bin/nanoPptp.Tool/${1:-debug}/nanoPptp.Tool.dll
[ -f "$tool" ] || { echo "$tool is missing: dotnet build nanoPptp.sln" >&2; exit 1; }

peers=tests/Interop/peers.sh
export PEERS_RUN=$$-measure PEERS_OWNER=$$ PEERS_LIFETIME=120
password=$(mktemp)
trap '"$peers" stop; rm -f "$password"' EXIT
printf '%s' s3cret >"$password"
HUB_USERS=sensor1:s3cret "$peers" start hub >/dev/null || exit 1

times=()
for _ in 1 2 3 4 5; do
  events=$(timeout 60 "$peers" inside dotnet "$tool" connect --json --hub 10.99.0.2 \
    --user sensor1 --password-file "$password" \
    --udp 10.98.0.1:9 --message up --count 1 --interval 0) || { echo "$events" >&2; exit 1; }
  times+=("$(sed -n '/"event":"up"/s/.*"atMs":\([0-9.]*\).*/\1/p' <<<"$events")")
done

mapfile -t times < <(printf '%s\n' "${times[@]}" | sort -n)
echo "SYN to IPCP up: median ${times[2]} ms of ${times[*]}"
