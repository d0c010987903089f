#!/usr/bin/env bash
# How fast the catalog index answers with 100,000 repositories and 1,000,000 tags, how long pages over it take in a
# browser, and those of an image of 120 layers and 50,000 files; and how they scroll. Prints three tables in Markdown;
# progress goes to the error stream.
#
#   bench/index.sh                   everything; five minutes on an idle machine, most of them to build and to write the index
#   bench/index.sh "search tags"     the questions to the index whose name holds this, and no pages
#   REPOSITORIES=5000 bench/index.sh    a quick look
#   PORTAL=FOLDER bench/index.sh     the portal that is published there
#
# Needs the .NET 10 SDK, 2 GiB in DISK (the temporary folder), Chromium (CHROMIUM, /usr/bin/chromium) and the Playwright
# driver, which a build of Portal.Tests in Release brings along: it is made where there is none yet.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

wanted=${1:-}
export REPOSITORIES=${REPOSITORIES:-100000}
work=$(mktemp -d "${DISK:-${TMPDIR:-/tmp}}/portal-index-XXXXXX")
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

say() { echo "$(date +%T) $*" >&2; }

say "building"
dotnet build bench/Index -c Release -o "$work/index" -v quiet --nologo >&2
if [ -n "$wanted" ]; then
  "$work/index/Portal.Bench.Index" seed "$work/portal.db" "$REPOSITORIES"
  "$work/index/Portal.Bench.Index" measure "$work/portal.db" "$wanted"
  exit
fi

playwright=Portal.Tests/bin/Release/net10.0/.playwright
[ -d "$playwright" ] || dotnet build Portal.Tests -c Release -v quiet --nologo >&2
portal=${PORTAL:-}
if [ -z "$portal" ]; then
  portal=$work/portal
  dotnet publish Portal.Web -c Release -r "linux-$(dpkg --print-architecture | sed 's/amd64/x64/')" --self-contained false \
    -p:PublishReadyToRun=true -o "$portal" -v quiet --nologo >&2
fi

free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# The portal finds its storage empty and its index true. What is written into the index after that stays: there is no
# event that says otherwise.
pages=$(free_port)
registry=$(free_port)
cat >"$work/config.yml" <<YAML
version: 0.1
log: {level: info, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $work/store}}
http: {addr: '127.0.0.1:$registry', secret: bench}
portal: {addr: '127.0.0.1:$pages'}
YAML
say "starting the portal, ready to run as it is published"
"$portal/Portal.Web" serve "$work/config.yml" >"$work/log" 2>&1 &
pid=$!
until grep -q 'index is current' "$work/log"; do
  kill -0 "$pid" 2>/dev/null || { tail -n 20 "$work/log" >&2; exit 1; }
  sleep .2
done

say "writing the index"
"$work/index/Portal.Bench.Index" seed "$work/store/portal.db" "$REPOSITORIES"
mapfile -t images < <("$work/index/Portal.Bench.Index" image "http://127.0.0.1:$registry" 5)
[ "${#images[@]}" -eq 5 ] || { tail -n 20 "$work/log" >&2; exit 1; }

printf '%s, %s cores; Linux %s; .NET %s; load when it began %s\n\n' \
  "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$(uname -r)" "$(dotnet --version)" "$(cut -d ' ' -f 1 /proc/loadavg)"
say "asking the index"
"$work/index/Portal.Bench.Index" measure "$work/store/portal.db"
echo
say "opening pages"
"$playwright"/node/linux-*/node bench/pages.mjs "$PWD/$playwright/package" "http://127.0.0.1:$pages" "${images[@]}"
say "done"
