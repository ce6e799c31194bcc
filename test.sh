#!/bin/bash
# Builds nanoPptp.sln and runs all its tests; see --help.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

install_seconds=300
worlds_minutes=30
storm_seeds=10
day_seconds=900
build_seconds=900
mutation_seconds=3600
project_seconds=900
interop_seconds=2400

usage() {
  cat <<'TEXT'
Usage: ./test.sh [--no-install] [--long]

Builds nanoPptp.sln (Debug) and runs every test project under tests/, the tests against real PPTP
servers (tests/Interop) alone at the end. The last line is the sum: N passed, N failed, N skipped.
The exit code is 0 only if nothing failed. A test project that crashes, takes too long or runs no
test counts as a failed test.

tests/Interop needs root, /dev/net/tun and some Debian packages, the tests of captures need tshark,
and those of web pages chromium. As root on Debian the packages that are missing are installed
first; where that cannot be, those tests are skipped and the reason is printed. With
NANOPPTP_INTEROP=required in the environment they fail instead.

  --no-install  install nothing
  --long        also what takes longer: the long runs of tests/Interop (readings through hubs that
                die, sensors that are killed, bad lines: twenty minutes), half an hour of drawn worlds
                in the simulator, the storm with ten seeds, a day of telemetry, and mutation testing of
                Wire, Gre and Mppe (at most an hour). What fails in the simulator is left in
                .artifacts/long as scenario files.
  --help        this text
TEXT
}

install=1 long=0
for argument in "$@"; do
  case $argument in
    --no-install) install=0 ;;
    --long) long=1 ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

say() {
  printf '\n== %s\n' "$*"
}

# Installs the packages that are missing, if that is possible here. What is then still missing is
# said by report_interop.
install_packages() {
  local package missing=()
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || return
  for package in $(tests/Interop/peers.sh packages) tshark chromium; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return
  say "Installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  timeout --foreground "$install_seconds" apt-get update -qq &&
    timeout --foreground "$install_seconds" apt-get install -qq -y --no-install-recommends \
      -o DPkg::Lock::Timeout=60 "${missing[@]}" >/dev/null ||
    echo "The packages could not be installed."
  case " ${missing[*]} " in
    *" mosquitto "*) silence_broker ;;
  esac
}

# The tests run brokers of their own; the one that the package starts would listen for nobody.
silence_broker() {
  if [ -d /run/systemd/system ]; then
    systemctl disable --quiet --now mosquitto
  elif [ -x /etc/init.d/mosquitto ]; then
    /etc/init.d/mosquitto stop >/dev/null
    update-rc.d mosquitto disable
  fi
}

# Prints why tests that need more than .NET cannot run here; nothing if they can.
report_interop() {
  local reason verb=skipped
  [ "${NANOPPTP_INTEROP:-}" != required ] || verb="failed, because they are required"
  reason=$(tests/Interop/peers.sh check) ||
    echo "The tests against real PPTP servers are $verb: $reason"
  [ -n "$reason" ] || command -v tshark >/dev/null ||
    echo "The test of captures is $verb: tshark is missing (apt-get install tshark)."
  [ -x /usr/bin/chromium ] ||
    echo "The tests of web pages are $verb: chromium is missing (apt-get install chromium)."
}

# count_tests NAME EXIT_CODE RESULTS SECONDS: adds the results of a project to the sums. VSTest counts a
# skipped test in "total", but not in "executed"; a test that only runs when it is asked for by
# name counts there too, but has no output with a reason, so its element has no content.
count_tests() {
  local total=0 executed=0 ok=0 on_request=0
  local counters='.*<Counters total="([0-9]+)" executed="([0-9]+)" passed="([0-9]+)".*'
  [ ! -s "$3" ] || read -r total executed ok < <(sed -nE "s/$counters/\1 \2 \3/p" "$3")
  [ ! -s "$3" ] || on_request=$(grep -c '<UnitTestResult [^>]* outcome="NotExecuted"[^>]*/>' "$3")
  total=$((total - on_request))
  passed=$((passed + ok))
  failed=$((failed + executed - ok))
  skipped=$((skipped + total - executed))
  if [ "$2" = 124 ] || [ "$2" = 137 ]; then
    echo "FAILED: $1 was ended after $4 s."
    failed=$((failed + 1))
  elif [ "$total" = 0 ]; then
    echo "FAILED: $1 has no result of any test (exit code $2)."
    failed=$((failed + 1))
  elif [ "$2" != 0 ] && [ "$executed" = "$ok" ]; then
    echo "FAILED: $1 crashed: exit code $2, although no test failed."
    failed=$((failed + 1))
  fi
}

# run_tests PROJECT [NAME SECONDS SETTING...]: runs one test project of the solution that is built
# already, or what the settings choose of it under a name of its own. timeout gives it a process group
# of its own; a test program that hangs or crashed may leave processes in it.
run_tests() {
  local project=$1 name=${2:-$(basename "$1" .csproj)} seconds=${3:-$project_seconds} code
  shift $(($# < 3 ? $# : 3))
  say "$name"
  timeout --kill-after=10 "$seconds" dotnet test "$project" --no-build --configuration Debug \
    --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
    --blame-hang-timeout "$((seconds / 3))s" --blame-hang-dump-type none -- "$@" &
  group=$!
  wait "$group"
  code=$?
  end_group
  count_tests "$name" "$code" "$results/$name.trx" "$seconds"
}

# run_long NAME SECONDS ARGUMENT...: one run of the simulator, counted as one test.
run_long() {
  local name=$1 seconds=$2
  shift 2
  say "$name"
  if timeout --kill-after=10 --foreground "$seconds" \
    dotnet .artifacts/bin/nanoPptp.Tool/release/nanoPptp.Tool.dll simulate "$@"; then
    passed=$((passed + 1))
  else
    echo "FAILED: $name (exit code $?)"
    failed=$((failed + 1))
  fi
}

run_long_tests() {
  local seed
  if ! timeout --foreground "$build_seconds" \
    dotnet build tools/nanopptp --configuration Release --verbosity quiet; then
    echo "FAILED: tools/nanopptp does not build, so nothing of --long was run."
    failed=$((failed + 1))
    return
  fi
  run_long "Drawn worlds" $((worlds_minutes * 60 + 300)) \
    --seeds 1- --stop-after "${worlds_minutes}m" --out .artifacts/long
  for ((seed = 1; seed <= storm_seeds; seed++)); do
    run_long "Storm, seed $seed" 300 --scenario storm --seed "$seed"
  done
  run_long "A day of telemetry" "$day_seconds" --scenario telemetry-day --seed 1
}

# Prints the mutants of a report that no test noticed: the file, the line, what was there, what came.
list_survivors() {
  awk '
    /\.cs \[/ { file = $0; sub(/\.cs \[.*/, ".cs", file); sub(/.* /, "", file) }
    /\[(Killed|Timeout)\]/ { shown = 0 }
    /\[(Survived|NoCoverage)\]/ { shown = 1; sub(/.*\[/, "["); print file ": " $0; next }
    shown && /\[[-+]\]/ { sub(/.*── /, ""); print "    " $0 }
  ' "$1"
}

# Mutation testing, counted as one test: dotnet-stryker fails when the score is below the threshold
# in tests/Mutation/stryker-config.json. Its build output is its own, because it writes mutants there.
run_mutants() {
  local report=$PWD/.artifacts/mutants code
  say "Mutants in Wire, Gre and Mppe"
  mkdir -p "$report"
  timeout --foreground "$install_seconds" dotnet tool restore
  (
    cd tests/Mutation && export ArtifactsPath="$report/build" &&
      exec timeout --kill-after=10 "$mutation_seconds" dotnet stryker --output "$report"
  ) >"$report/log.txt" 2>&1 &
  group=$!
  wait "$group"
  code=$?
  end_group
  list_survivors "$report/log.txt"
  grep 'mutation score' "$report/log.txt"
  echo "What survives is explained in tests/Mutation/MUTANTS.md."
  if [ "$code" = 0 ]; then
    passed=$((passed + 1))
  else
    echo "FAILED: mutation testing (exit code $code), see .artifacts/mutants/log.txt"
    failed=$((failed + 1))
  fi
}

end_group() {
  [ -n "$group" ] || return
  { kill -KILL -- "-$group" && wait "$group"; } 2>/dev/null
  group=
}

finish() {
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" = 0 ]
  exit
}

passed=0 failed=0 skipped=0 group=
interop=tests/Interop/Interop.Tests.csproj

if ! command -v dotnet >/dev/null; then
  echo "FAILED: the .NET SDK is missing: https://dotnet.microsoft.com/download"
  failed=1
  finish
fi
# A build node that outlives this script would hold its output open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# shellcheck disable=SC2317 # called by the trap
clean_up() {
  end_group
  rm -rf "$results"
  tests/Interop/peers.sh check >/dev/null && tests/Interop/peers.sh sweep
}

results=$(mktemp -d)
trap clean_up EXIT
trap 'exit 130' INT TERM

[ "$install" = 0 ] || install_packages

say "Building nanoPptp.sln"
if ! timeout --foreground "$build_seconds" \
  dotnet build nanoPptp.sln --configuration Debug --verbosity quiet; then
  echo "FAILED: nanoPptp.sln does not build, so no test was run."
  failed=1
  finish
fi

for project in tests/*/*Tests.csproj; do
  [ "$project" = "$interop" ] || run_tests "$project"
done
run_tests "$interop"
report_interop
if [ "$long" = 1 ]; then
  run_tests "$interop" Interop.Tests.Long "$interop_seconds" xUnit.Explicit=only
  run_long_tests
  run_mutants
fi
finish
