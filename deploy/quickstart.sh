#!/usr/bin/env bash
# From nothing to a drift report: installs what is missing, builds, checks.
#   ./deploy/quickstart.sh                 a demonstration shop on a stand-in server, every verdict (ends with 4: drift, and not all could be seen)
#   PORTAINER_URL=https://portainer.example.org PORTAINER_API_KEY_FILE=token ./deploy/quickstart.sh [MANIFESTS]
#                                          your server; without MANIFESTS it shows which stacks are there and declared nowhere
#   ./deploy/quickstart.sh agent           the watching agent with its status page, on a stand-in server, until Ctrl-C
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

mode=check
if [ "${1:-}" = agent ]; then mode=agent; shift; fi
case "${1:-}" in -h | --help) sed -n '2,6p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;; esac

say() { printf '%s\n' "$*" >&2; }
work=$(mktemp -d)
double=''
stop() {
  if [ -n "$double" ]; then kill "$double" 2>/dev/null || true; wait "$double" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap stop EXIT

say "1/3 Installing what is missing"
./deploy/install-dependencies.sh build
say "2/3 Building (some minutes the first time)"
own_server=''
if [ -n "${PORTAINER_URL:-}" ] && [ "$mode" = check ]; then own_server=yes; fi
targets=(mooring)
[ -n "$own_server" ] || targets+=(portainer-double)
# A build that has the tests already keeps them.
tests=OFF
if grep -q '^MOORING_TESTS:BOOL=ON' build/release/CMakeCache.txt 2>/dev/null; then tests=ON; fi
cmake --preset release -DMOORING_TESTS="$tests" -DMOORING_DOUBLE=ON >"$work/configure.log" 2>&1 || { cat "$work/configure.log" >&2; exit 1; }
cmake --build --preset release --target "${targets[@]}" >&2
mooring=$root/build/release/bin/mooring

check_own_server() {
  if [ -z "${PORTAINER_API_KEY:-}${PORTAINER_API_KEY_FILE:-}" ]; then
    say "PORTAINER_URL is set, but no token: set PORTAINER_API_KEY_FILE to a file that holds one."
    say "In Portainer: My account > Access tokens > Add access token."
    return 64
  fi
  local manifests=${1:-}
  if [ -z "$manifests" ]; then
    manifests=$work/manifests
    mkdir "$manifests"
    printf 'apiVersion: mooring/v1\nkind: Scope\nmetadata: {name: everything}\nspec: {}\n' >"$manifests/scope.yaml"
    say "No manifests given: every stack that this token can see is shown as extra (declared nowhere)."
  fi
  say "3/3 Checking $PORTAINER_URL"
  "$mooring" check "$manifests"
}

# The stand-in prints one JSON line with its addresses, and is up when it has.
start_double() {
  "$root/build/release/bin/portainer-double" --listen 127.0.0.1:0 --seed manifests/demo/seed.json >"$work/double.json" 2>"$work/double.log" &
  double=$!
  for _ in $(seq 100); do
    [ -s "$work/double.json" ] && return 0
    kill -0 "$double" 2>/dev/null || break
    sleep 0.1
  done
  say "The demonstration server did not start:"
  cat "$work/double.log" >&2
  return 1
}

check_demo() {
  start_double
  local url
  url=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$work/double.json")
  sed "s|@URL@|$url|; s|@FOLDER@|$root/manifests/demo|; s|@WORK@|$work|" manifests/demo/mooring.yaml.in >"$work/mooring.yaml"
  cp manifests/demo/memory.json "$work/memory.json"
  install -m 600 manifests/demo/secrets/token manifests/demo/secrets/admin-token "$work"
  head -c 32 /dev/urandom >"$work/memory.json.key"
  chmod 600 "$work/memory.json.key"
  say "3/3 mooring check manifests/demo    (the stand-in server at $url, as the user alice)"
  say ''
  (cd manifests && "$mooring" check demo --config "$work/mooring.yaml")
}

# The lines that it prints change a stack of the stand-in, and change it back.
watch_demo() {
  start_double
  local url control
  url=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$work/double.json")
  control=$(sed -n 's/.*"control": *"\([^"]*\)".*/\1/p' "$work/double.json")
  cp -r manifests/demo "$work/demo"
  sed "s|@URL@|$url|; s|@FOLDER@|$work/demo|; s|@WORK@|$work|; s|^  remember:.*|  ledger: $work/ledger.db|" manifests/demo/mooring.yaml.in >"$work/mooring.yaml"
  printf '  agent: {interval: 10s, jitter: 0s, absenceWindow: 0s, listen: "%s"}\n' "${MOORING_LISTEN:-127.0.0.1:0}" >>"$work/mooring.yaml"
  install -m 600 manifests/demo/secrets/token manifests/demo/secrets/admin-token "$work"
  say "3/3 mooring agent    (the stand-in server at $url; a run every 10 s)"
  say ''
  python3 - "$work" <<'PYTHON'
import json, sys, time
blog = next(stack for stack in json.load(open("manifests/demo/seed.json"))["stacks"] if stack["name"] == "blog")
for later, name, file in [(0, "drift", blog["file"].replace("ghost:5", "ghost:4")), (1, "repair", blog["file"])]:
    json.dump({"id": blog["id"], "file": file, "updateDate": int(time.time()) + later}, open(f"{sys.argv[1]}/{name}.json", "w"))
PYTHON
  say "Make the stack blog drift, look at the page, and change it back:"
  say "  curl -d @$work/drift.json $control/stack"
  say "  curl -d @$work/repair.json $control/stack"
  say ''
  env -u MOORING_LISTEN "$mooring" agent --config "$work/mooring.yaml" &
  agent=$!
  trap 'kill "$agent" 2>/dev/null; wait "$agent"; exit 0' INT TERM
  wait "$agent"
}

if [ "$mode" = agent ]; then watch_demo; elif [ -n "$own_server" ]; then check_own_server "$@"; else check_demo; fi
