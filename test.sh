#!/usr/bin/env bash
# Builds everything and runs every test. Needs the .NET 10 SDK; on Debian it installs the rest when it is missing.
#
#   ./test.sh                                        all tests
#   ./test.sh --filter FullyQualifiedName~Protocol   arguments go on to `dotnet test`
#
# The last line is "N passed, N failed" (and ", N skipped"). Exit status 0: tests ran and all of them passed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# No build process may outlive the run: it would keep the output open for whoever reads it through a pipe.
export MSBUILDDISABLENODEREUSE=1

results=$(mktemp -d)
policy=/usr/sbin/policy-rc.d
policy_is_ours=false

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# shellcheck disable=SC2317 # the trap below calls it
clean_up() {
  rm -rf "$results"
  if $policy_is_ours; then as_root rm -f "$policy"; fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Prints the Debian packages whose command or file is not there.
missing_packages() {
  local package path
  while read -r package path; do
    [ -n "$(command -v "$path")" ] || [ -f "$path" ] || printf '%s\n' "$package"
  done <<'LIST'
apache2-utils htpasswd
buildah buildah
ca-certificates /etc/ssl/certs/ca-certificates.crt
chromium /usr/bin/chromium
curl curl
docker.io docker
docker-registry docker-registry
fonts-dejavu-core /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
pebble pebble
podman podman
python3-aiosmtpd /usr/lib/python3/dist-packages/aiosmtpd/__init__.py
redis-server redis-server
skopeo skopeo
LIST
}

install_packages() {
  if ! command -v apt-get >/dev/null; then
    echo "The tests use programs that are not here, and there is no apt-get to install them with." >&2
    echo "Install what these Debian packages hold, Chromium as /usr/bin/chromium, and run again: $*" >&2
    return 1
  fi

  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    echo "Run as root, or install sudo: these packages are missing: $*" >&2
    return 1
  fi

  echo "Installing $*"
  # A package may start its service as it is installed; the tests start their own.
  if [ ! -e "$policy" ]; then
    policy_is_ours=true
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
  fi

  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" </dev/null
}

# Sums one counter over the result files: count passed
count() {
  find "$results" -name '*.trx' -exec grep -ho '<Counters [^>]*>' {} + |
    sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'
}

# Ends the run with its last line.
finish() {
  local status=$1 passed total executed failed skipped
  passed=$(count passed)
  total=$(count total)
  executed=$(count executed)
  failed=$((executed - passed))
  skipped=$((total - executed))
  if [ "$executed" -eq 0 ]; then
    echo "No test ran." >&2
    [ "$status" -ne 0 ] || status=1
  elif [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    echo "dotnet test ended with status $status although no test failed: see above." >&2
  fi

  printf '%d passed, %d failed' "$passed" "$failed"
  if [ "$skipped" -gt 0 ]; then printf ', %d skipped' "$skipped"; fi
  printf '\n'
  exit "$status"
}

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
  finish 1
fi

mapfile -t packages < <(missing_packages)
if [ "${#packages[@]}" -gt 0 ]; then
  install_packages "${packages[@]}" || finish 1
fi

status=0
dotnet build RegistryPortal.sln -c Release || status=$?
if [ "$status" -eq 0 ]; then
  dotnet test RegistryPortal.sln --no-build -c Release \
    --results-directory "$results" --logger trx --logger 'console;verbosity=minimal' "$@" </dev/null || status=$?
fi

finish "$status"
