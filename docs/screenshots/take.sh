#!/usr/bin/env bash
# Takes the pictures of docs/screenshots anew: every page, wide and narrow, light and dark, of a portal with examples in it.
#
#   docs/screenshots/take.sh               all; some minutes
#   docs/screenshots/take.sh repository    those whose name holds this
#
# Needs a build of RegistryPortal.sln in Release (the portal and the Playwright driver), Chromium (CHROMIUM, /usr/bin/chromium),
# htpasswd (apache2-utils) and pngquant.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Its name is in the pictures.
work=${TMPDIR:-/tmp}/registry
mkdir "$work"
pids=()

# shellcheck disable=SC2317 # the trap below calls it
clean_up() {
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

registry=$(free_port) pages=$(free_port) hook=$(free_port) silent=$(free_port) open=$(free_port)
for user in admin grace heidi; do htpasswd -Bbn "$user" a-password-for-pictures; done >"$work/htpasswd"
cat >"$work/config.yml" <<YAML
version: 0.1
log:
  accesslog: {disabled: true}
storage:
  filesystem: {rootdirectory: $work/store}
  delete: {enabled: true}
http:
  addr: 127.0.0.1:$registry
  host: https://registry.example.com
auth:
  htpasswd: {realm: Registry, path: $work/htpasswd}
portal:
  addr: 127.0.0.1:$pages
  admin: {username: admin}
  registries:
    - name: second-site
      url: http://127.0.0.1:$registry
      username: admin
      password: a-password-for-pictures
notifications:
  endpoints:
    - name: deployments
      url: http://127.0.0.1:$hook/
      timeout: 2s
    - name: scanner
      url: http://127.0.0.1:$silent/
      timeout: 1s
      backoff: 30s
health:
  storagedriver: {enabled: true}
  file:
    - file: $work/out-of-service
YAML
cat >"$work/open.yml" <<YAML
version: 0.1
log: {accesslog: {disabled: true}}
storage: {inmemory: {}}
http: {addr: '127.0.0.1:$(free_port)'}
portal: {addr: '127.0.0.1:$open'}
YAML
export XDG_DATA_HOME=$work
portal=../../Portal.Web/bin/Release/net10.0/Portal.Web
driver=../../Portal.Tests/bin/Release/net10.0/.playwright
node=("$driver"/node/*/node)

"$portal" serve "$work/config.yml" >"$work/log" 2>&1 &
seeded=$!
pids+=("$seeded")
if ! "${node[0]}" begin.mjs "$registry" "$pages" "$hook"; then
  tail "$work/log" >&2
  exit 1
fi
kill "$seeded"
wait "$seeded"
pids=()
"${node[0]}" past.mjs "$work/store"

"$portal" serve "$work/config.yml" >"$work/log" 2>&1 &
pids+=($!)
"$portal" serve "$work/open.yml" >"$work/open.log" 2>&1 &
pids+=($!)
if ! "${node[0]}" take.mjs "$driver/package" "$registry" "$pages" "$hook" "$open" "$work" "${1:-}"; then
  tail "$work/log" "$work/open.log" >&2
  exit 1
fi

# A picture of a page has few colours: a palette makes a third of it.
pngquant --ext .png --force --speed 1 --strip "$work"/*.png
mkdir -p pages
cp "$work"/*.png pages/

{
  printf '# Every page\n\nTaken by `docs/screenshots/take.sh`: wide and narrow, light and dark.\n'
  for picture in pages/*-wide-light.png; do
    name=$(basename "$picture" -wide-light.png)
    title=${name//-/ }
    printf '\n## %s\n\n| light | dark | narrow | narrow, dark |\n| --- | --- | --- | --- |\n' "${title^}"
    printf '| ![%s, wide, light](pages/%s-wide-light.png) | ![%s, wide, dark](pages/%s-wide-dark.png) | ![%s, narrow, light](pages/%s-narrow-light.png) | ![%s, narrow, dark](pages/%s-narrow-dark.png) |\n' \
      "$title" "$name" "$title" "$name" "$title" "$name" "$title" "$name"
  done
} >README.md
