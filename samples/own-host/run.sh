#!/usr/bin/env bash
# Packs the platform, builds this sample from a copy outside the repository against the packages, runs it and checks what it says.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
work="$(mktemp -d)"
# A version that nobody else has: packages left in the global folder would shadow newer ones of the same version.
version="0.0.0-ownhost.$(date +%s).$$"
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

cleanup() {
  local packages
  packages="$(dotnet nuget locals global-packages --list | sed 's/^.*global-packages: //')"
  rm -rf "$work" "${packages:?}"/orleans.mlops.*/"$version"
  # Only folders that this left empty go; others hold versions of somebody else.
  rmdir "$packages"/orleans.mlops.* 2>/dev/null || true
}
trap cleanup EXIT

quietly() {
  if ! "$@" >"$work/log" 2>&1; then
    cat "$work/log" >&2
    echo "own-host: '$1 $2' failed" >&2
    exit 1
  fi
}

echo "own-host: pack the platform as $version"
quietly dotnet pack "$root/Orleans.MLOps.sln" -c Release -o "$work/feed" -p:PackageVersion="$version"

echo "own-host: build against the packages"
mkdir "$work/own-host"
cp "$here"/*.cs "$here"/*.csproj "$here"/*.props "$here"/*.csv "$work/own-host/"
quietly dotnet build "$work/own-host" -c Release -p:MlopsVersion="$version" -p:RestoreAdditionalProjectSources="$work/feed"
if grep -q '"libtorch' "$work/own-host/obj/project.assets.json"; then
  echo "own-host: a host that does not train brought libtorch along" >&2
  exit 1
fi

echo "own-host: run"
timeout 120 dotnet "$work/own-host/bin/Release/net10.0/OwnHost.dll" --data "$work/data" >"$work/output" || {
  cat "$work/output" >&2
  echo "own-host: the host failed" >&2
  exit 1
}
diff -u "$here/expected.txt" "$work/output" || {
  echo "own-host: the host said something else than expected.txt" >&2
  exit 1
}
cat "$work/output"
echo "own-host: ok"
