#!/usr/bin/env bash
# Compares the portal with Debian's docker-registry on this machine: both get equal settings and the same requests, in
# turns, five rounds after one that warms them up. Prints a table in Markdown; progress goes to the error stream.
#
#   bench/run.sh                     everything; about half an hour
#   bench/run.sh _catalog            the workloads whose name holds this
#   ROUNDS=1 SECONDS_EACH=1 bench/run.sh    a quick look
#   PORTAL=FOLDER bench/run.sh       the portal that is published there
#
# Needs the .NET 10 SDK and, as Debian packages, docker-registry, wrk and apache2-utils; Linux; 12 GiB free in MEMORY
# (/dev/shm), where the stores lie, and 3 GiB in DISK (the temporary folder) for the row that is about the disk.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for tool in docker-registry wrk htpasswd; do
  if ! command -v "$tool" >/dev/null; then
    echo "$tool is missing: apt-get install docker-registry wrk apache2-utils" >&2
    exit 1
  fi
done

memory=${MEMORY:-/dev/shm}
work=$(mktemp -d "${DISK:-${TMPDIR:-/tmp}}/portal-bench-XXXXXX")
store=$(mktemp -d "$memory/portal-bench-XXXXXX")
trap 'rm -rf "$work" "$store"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

portal=${PORTAL:-}
if [ -z "$portal" ]; then
  portal=$work/portal
  dotnet publish Portal.Web -c Release -r "linux-$(dpkg --print-architecture | sed 's/amd64/x64/')" --self-contained false \
    -p:PublishReadyToRun=true -o "$portal" -v quiet --nologo >&2
fi

dotnet build bench/Client -c Release -o "$work/client" -v quiet --nologo >&2

printf '%s, %s cores, %s GiB; Linux %s; .NET %s; docker-registry %s\n\n' \
  "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$(awk '/MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)" \
  "$(uname -r)" "$(dotnet --version)" "$(dpkg-query -W -f '${Version}' docker-registry 2>/dev/null || docker-registry --version)"

"$work/client/Portal.Bench" "$portal/Portal.Web" "$store" "$work" "${ROUNDS:-5}" "${SECONDS_EACH:-3}" "${1:-}"
