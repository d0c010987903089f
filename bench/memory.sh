#!/usr/bin/env bash
# Shows that memory does not grow with a layer: pushes 1 GiB and pulls it back, and compares the server's peak with its
# level before. Exit status 1 when the peak is more than 60 MiB above it, or when other bytes come back.
#
#   bench/memory.sh                      publishes the portal to a temporary folder first
#   bench/memory.sh FOLDER               takes the portal that is published in FOLDER
#   SERVER='docker-registry serve' bench/memory.sh
#                                        any other server that takes a config.yml as its last argument
#   MEBIBYTES=4096 bench/memory.sh       another layer size
#
# Needs curl, Linux, and twice the layer's size in TMPDIR.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mebibytes=${MEBIBYTES:-1024}
allowed=60
work=$(mktemp -d)
pid=

# shellcheck disable=SC2317 # the trap below calls it
clean_up() {
  if [ -n "$pid" ]; then
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  printf '%s\n' "$*" >&2
  if [ -s "$work/log" ]; then tail -n 20 "$work/log" >&2; fi
  exit 1
}

free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# One figure of the server's memory in KiB: memory VmRSS
memory() {
  awk -v name="$1:" '$1 == name { print $2 }' "/proc/$pid/status"
}

# Pushes a file as a layer, as a container engine does: start, one streamed PATCH, commit. Prints MB/s of the PATCH.
push() {
  local file=$1 digest=$2 location speed
  location=$(curl -sSf -D - -o /dev/null -X POST "$base/blobs/uploads/" | header location) || return 1
  speed=$(curl -sSf -D "$work/headers" -o /dev/null -w '%{speed_upload}' -X PATCH -T "$file" \
    -H 'Content-Type: application/octet-stream' -H 'Transfer-Encoding: chunked' -H 'Expect:' "$location") || return 1
  location=$(header location <"$work/headers")
  case $location in *\?*) location+="&digest=$digest" ;; *) location+="?digest=$digest" ;; esac
  curl -sSf -o /dev/null -X PUT -H 'Content-Length: 0' "$location" || return 1
  echo $((${speed%.*} / 1000000))
}

# Pulls a layer and compares it with the file; then once more for MB/s, which it prints.
pull() {
  local file=$1 digest=$2 speed
  curl -sSf "$base/blobs/$digest" | cmp - "$file" >&2 || return 1
  speed=$(curl -sSf -o /dev/null -w '%{speed_download}' "$base/blobs/$digest") || return 1
  echo $((${speed%.*} / 1000000))
}

# The value of one header of an answer on standard input, an address made absolute.
header() {
  tr -d '\r' | awk -v name="$1:" -v origin="http://127.0.0.1:$port" \
    'tolower($1) == name { print ($2 ~ /^\//) ? origin $2 : $2 }'
}

digest_of() {
  echo "sha256:$(sha256sum "$1" | cut -d ' ' -f 1)"
}

random_file() {
  head -c "$2" /dev/urandom >"$1"
}

if [ -n "${SERVER:-}" ]; then
  read -ra server <<<"$SERVER"
else
  folder=${1:-$work/portal}
  [ -n "${1:-}" ] || dotnet publish Portal.Web -c Release -o "$folder" -v quiet --nologo
  server=("$folder/Portal.Web" serve)
fi

port=$(free_port)
base=http://127.0.0.1:$port/v2/bench/memory
cat >"$work/config.yml" <<YAML
version: 0.1
storage:
  filesystem:
    rootdirectory: $work/data
http:
  addr: 127.0.0.1:$port
portal:
  addr: 127.0.0.1:$(free_port)
YAML

"${server[@]}" "$work/config.yml" >"$work/log" 2>&1 &
pid=$!
for _ in $(seq 300); do
  if curl -sf -o /dev/null "http://127.0.0.1:$port/v2/"; then break; fi
  kill -0 "$pid" 2>/dev/null || fail "The server ended before it answered:"
  sleep 0.1
done

# Code that has not run yet and buffers that have not been made yet are no part of what a layer costs.
for _ in 1 2 3; do
  random_file "$work/small" $((8 * 1024 * 1024))
  digest=$(digest_of "$work/small")
  push "$work/small" "$digest" >/dev/null || fail "The first push failed:"
  pull "$work/small" "$digest" >/dev/null || fail "The first pull failed:"
done

random_file "$work/layer" $((mebibytes * 1024 * 1024))
digest=$(digest_of "$work/layer")
before=$(memory VmRSS)
echo 5 >"/proc/$pid/clear_refs" # the peak starts again from here

pushed=$(push "$work/layer" "$digest") || fail "The push failed:"
pulled=$(pull "$work/layer" "$digest") || fail "The pull failed, or brought other bytes:"
peak=$(memory VmHWM)
growth=$(((peak - before) / 1024))

printf '%-24s %6d MiB\n' 'layer' "$mebibytes" 'memory before' $((before / 1024)) 'peak memory' $((peak / 1024)) 'growth' "$growth"
printf '%-24s %6d MB/s\n' 'push' "$pushed" 'pull' "$pulled"
if [ "$growth" -gt "$allowed" ]; then
  echo "The peak is more than $allowed MiB above the level before." >&2
  exit 1
fi
