#!/usr/bin/env bash
# Restores, builds and runs every test. The last line is `N passed, N failed, N skipped`; the exit code is 0 only when all passed.
#   tests/run.sh                 everything
#   tests/run.sh Storage Server  only the projects whose name holds one of these words
#   tests/run.sh --soak 30 --seed 7
#                                only the histories of a cluster under faults, for 30 minutes, with the draws of seed 7 (a new one without
#                                it); the last lines are a table and `operations N, faults N, lost N, doubled N`
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
configuration=Release
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

soak='' seed=''
usage() {
  echo "tests/run.sh [WORD...] | --soak MINUTES [--seed N]" >&2
  exit 2
}
while [[ ${1:-} == --* ]]; do
  [ "$#" -ge 2 ] && [[ $2 =~ ^[0-9]+$ ]] || usage
  case $1 in
    --soak) soak=$2 ;;
    --seed) seed=$2 ;;
    *) usage ;;
  esac
  shift 2
done
[ -z "$soak" ] && [ -n "$seed" ] && usage
[ -n "$soak" ] && [ "$#" -gt 0 ] && usage

fail() {
  echo "$1" >&2
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}

command -v dotnet >/dev/null || fail "The .NET 10 SDK is needed: dotnet is not on the PATH."
# The durability test watches system calls with strace; the storage and cluster tests start a PostgreSQL of their own, the tests of model
# packages a Docker registry; a Python script reads the event files that the SDK writes; Node.js runs MLflow's npm client. Without one of
# them its tests skip themselves and say so.
missing=()
command -v strace >/dev/null || missing+=(strace)
command -v ip >/dev/null || missing+=(iproute2)
command -v nft >/dev/null || missing+=(nftables)
command -v python3 >/dev/null || missing+=(python3)
command -v npm >/dev/null || missing+=(nodejs npm)
command -v docker-registry >/dev/null || missing+=(docker-registry)
compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || missing+=(postgresql)
if [ "${#missing[@]}" -gt 0 ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >>"$work/apt.log" 2>&1; }
    apt-get update -qq >"$work/apt.log" 2>&1
    if ! install "${missing[@]}"; then
      # One that cannot be had, such as an npm that a vendor's nodejs excludes, must not keep out the others.
      for package in "${missing[@]}"; do
        install "$package" || echo "$package could not be installed; tests that need it will be skipped." >&2
      done
    fi
  else
    echo "${missing[*]} cannot be installed here; tests that need it will be skipped." >&2
  fi
fi

# Clients of other makers; without them the tests that they drive skip themselves and say so.
if [ -z "$soak" ] && ! { [ -d tests/peers/node_modules/mlflow ] && [ -d tests/peers/node_modules/@grpc/grpc-js ]; }; then
  npm install --prefix tests/peers --no-package-lock --no-audit --no-fund >"$work/npm.log" 2>&1 || echo "The npm packages of tests/peers could not be installed; tests that need them will be skipped." >&2
fi

if [ -n "$soak" ]; then
  name=Orleans.MLOps.Cluster.Tests
  dotnet build "tests/$name/$name.csproj" -c "$configuration" --nologo -v quiet >"$work/build.log" 2>&1 || { tail -n 60 "$work/build.log" >&2; fail "The build failed."; }
  said="$work/history.log"
  : >"$said"
  MLOPS_HISTORY_MINUTES=$soak MLOPS_HISTORY_SEED=$seed MLOPS_HISTORY_OUTPUT=$said dotnet "tests/$name/bin/$configuration/net10.0/$name.dll" \
    --progress off --no-ansi --filter-method '*.HistoryTests.Work_WhileFaultsHappen_KeepsEveryPromise' >"$work/soak.log" 2>&1 </dev/null &
  test=$!
  tail -n +1 -f --pid="$test" "$said"
  wait "$test"
  code=$?
  # Without its last line the run did not come as far as the checks, or was skipped.
  tail -n 1 "$said" | grep -qE '^operations [0-9]+, faults [0-9]+, lost [0-9]+, doubled [0-9]+$' || { tail -n 60 "$work/soak.log" >&2; code=1; }
  exit "$code"
fi

dotnet build Orleans.MLOps.sln -c "$configuration" --nologo -v quiet >"$work/build.log" 2>&1 || { tail -n 60 "$work/build.log" >&2; fail "The build failed."; }

# A script in the background has Ctrl-C ignored, and so would the nodes that the tests interrupt.
run=(dotnet)
env --default-signal=INT true 2>/dev/null && run=(env --default-signal=INT dotnet)

passed=0 failed=0 skipped=0
count() { sed -n "s/^[[:space:]]*$1: \([0-9][0-9]*\)$/\1/p" "$2" | tail -n 1; }
wanted() {
  [ "$#" -eq 1 ] && return 0
  local name=$1 word
  shift
  for word in "$@"; do [[ $name == *"$word"* ]] && return 0; done
  return 1
}

for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  wanted "$name" "$@" || continue
  log="$work/$name.log"
  started=$SECONDS
  "${run[@]}" "tests/$name/bin/$configuration/net10.0/$name.dll" --progress off --no-ansi >"$log" 2>&1 </dev/null
  code=$?
  p=$(count succeeded "$log") f=$(count failed "$log") s=$(count skipped "$log")
  p=${p:-0} f=${f:-0} s=${s:-0}
  # A project that crashed, or ran nothing, counts as a failure of its own.
  if [ "$code" -ne 0 ] && [ "$f" -eq 0 ] || [ $((p + f)) -eq 0 ]; then f=$((f + 1)); fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  printf '%-40s %5d passed %3d failed %3d skipped  %4d s\n' "$name" "$p" "$f" "$s" $((SECONDS - started))
  [ "$f" -gt 0 ] && sed 's/^/    /' "$log" | tail -n 120
  [ "$s" -gt 0 ] && grep -A 2 '^skipped ' "$log" | sed 's/^/    /'
done

for sample in samples/*/run.sh; do
  [ -e "$sample" ] || continue
  name=$(basename "$(dirname "$sample")")
  wanted "samples/$name" "$@" || continue
  log="$work/sample-$name.log"
  started=$SECONDS
  if bash "$sample" >"$log" 2>&1 </dev/null; then
    passed=$((passed + 1))
    printf '%-40s %5d passed %3d failed %3d skipped  %4d s\n' "samples/$name" 1 0 0 $((SECONDS - started))
  else
    failed=$((failed + 1))
    printf '%-40s %5d passed %3d failed %3d skipped  %4d s\n' "samples/$name" 0 1 0 $((SECONDS - started))
    sed 's/^/    /' "$log" | tail -n 60
  fi
done

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
