#!/usr/bin/env bash
# From nothing to a drift report: installs what is missing, builds, checks.
#   ./deploy/quickstart.sh                 a demonstration shop on a stand-in server, every verdict (ends with 4: drift, and not all could be seen)
#   eval "$(./deploy/quickstart.sh demo)"  the shop stays up, and every command of the README can be typed as it stands
#   PORTAINER_URL=https://portainer.example.org PORTAINER_API_KEY_FILE=token ./deploy/quickstart.sh [MANIFESTS]
#                                          your server: with MANIFESTS a check, without them what is there and what to type next
#   ./deploy/quickstart.sh apply           the shop drifts, is adopted, planned, applied and in sync; one stack stays blocked and says why
#   ./deploy/quickstart.sh agent           the watching agent with its status page, on a stand-in server, until Ctrl-C
# QUICKSTART_BIN names a folder that has the programs already; then nothing is installed or built.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

mode=check
case "${1:-}" in
  agent | demo | apply) mode=$1; shift ;;
  -h | --help) sed -n '2,10p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
esac

say() { printf '%s\n' "$*" >&2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/mooring-$mode.XXXXXX")
double=''
stop() {
  if [ -n "$double" ]; then kill "$double" 2>/dev/null || true; wait "$double" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap stop EXIT

own_server=''
if [ -n "${PORTAINER_URL:-}" ] && [ "$mode" = check ]; then own_server=yes; fi

# A Debian package that was made here, if there is one: seconds instead of minutes.
package_at_hand() { [ ! -d dist ] || find dist -maxdepth 1 -name 'mooring_*.deb' | sort | tail -n 1; }

# The stand-in server is in no package, so that the demonstrations are always built.
take_programs() {
  bin=$root/build/release/bin
  if [ -n "${QUICKSTART_BIN:-}" ]; then bin=$QUICKSTART_BIN; return; fi
  if [ -n "$own_server" ] && command -v mooring >/dev/null; then bin=$(dirname "$(command -v mooring)"); return; fi
  local package answer=''
  package=$(package_at_hand)
  if [ -n "$own_server" ] && [ -n "$package" ]; then
    say "A package is at hand, which takes seconds instead of minutes: apt-get install ./$package"
    if [ -t 0 ]; then read -r -p "Install it now? [Y/n] " answer; else answer=n; fi
    if [ "${answer:-y}" = y ] || [ "$answer" = Y ]; then
      local as_root=(); [ "$(id -u)" -eq 0 ] || as_root=(sudo)
      "${as_root[@]}" apt-get install -y "./$package" >&2
      bin=/usr/bin
      return
    fi
  fi
  build
}

build() {
  say "1/3 Installing what is missing"
  ./deploy/install-dependencies.sh build >&2
  say "2/3 Building (some minutes the first time)"
  local targets=(mooring) tests=OFF
  [ -n "$own_server" ] || targets+=(portainer-double)
  # A build that has the tests already keeps them.
  if grep -q '^MOORING_TESTS:BOOL=ON' build/release/CMakeCache.txt 2>/dev/null; then tests=ON; fi
  cmake --preset release -DMOORING_TESTS="$tests" -DMOORING_DOUBLE=ON >"$work/configure.log" 2>&1 || { cat "$work/configure.log" >&2; exit 1; }
  cmake --build --preset release --target "${targets[@]}" >&2
}

take_programs
mooring=$bin/mooring

check_own_server() {
  if [ -z "${PORTAINER_API_KEY:-}${PORTAINER_API_KEY_FILE:-}" ]; then
    say "PORTAINER_URL is set, but no token: set PORTAINER_API_KEY_FILE to a file that holds one."
    say "In Portainer: My account > Access tokens > Add access token."
    return 64
  fi
  if [ -n "${1:-}" ]; then
    say "3/3 Checking $PORTAINER_URL"
    "$mooring" check "$1"
    return
  fi
  say "3/3 What is on $PORTAINER_URL"
  "$mooring" list
  say ''
  say "Nothing is declared yet, so nothing can drift. Next:"
  command -v mooring >/dev/null || say "  export PATH=$bin:\$PATH"
  say "  mooring export declared     # manifests and compose files of these stacks, without secrets"
  say "  mooring check declared      # in sync now; from here on, drift shows"
  say "  mooring init stacks         # or: a configuration and a first manifest, to write the rest by hand"
}

# The stand-in prints one JSON line with its addresses, and is up when it has.
start_double() {
  "$bin/portainer-double" --listen 127.0.0.1:0 --seed "${1:-manifests/demo/seed.json}" >"$work/double.json" 2>"$work/double.log" &
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

# The shop's configuration, tokens and memory in $work; $1 is the folder of its manifests.
write_shop() {
  local url
  url=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$work/double.json")
  sed "s|@URL@|$url|; s|@FOLDER@|$1|; s|@WORK@|$work|" manifests/demo/mooring.yaml.in >"$work/mooring.yaml"
  cp manifests/demo/memory.json "$work/memory.json"
  install -m 600 manifests/demo/secrets/token manifests/demo/secrets/admin-token "$work"
  head -c 32 /dev/urandom >"$work/memory.json.key"
  chmod 600 "$work/memory.json.key"
}

check_demo() {
  start_double
  write_shop "$root/manifests/demo"
  say "3/3 mooring check manifests/demo    (the stand-in server at $(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$work/double.json"), as the user alice)"
  say ''
  local code=0
  (cd manifests && "$mooring" check demo --config "$work/mooring.yaml") || code=$?
  say ''
  say "To play with it: eval \"\$(./deploy/quickstart.sh demo)\" leaves the shop up."
  return "$code"
}

# Standard output is for the shell: what to export, and where to go.
leave_demo() {
  trap '' HUP # the stand-in outlives the terminal's shell
  start_double
  cp -r manifests/demo "$work/demo"
  mkdir -p "$work/manifests/shop" "$work/stacks/blog" "$work/old" "$work/new"
  cp manifests/demo/compose/shop.yaml "$work/manifests/shop/compose.yaml"
  printf '%s\n' 'apiVersion: mooring/v1' 'kind: Stack' 'metadata: {name: shop}' \
    'spec: {server: main, environment: production, compose: {file: shop/compose.yaml}}' >"$work/manifests/shop.yaml"
  cp manifests/demo/compose/blog.yaml "$work/stacks/blog/compose.yaml"
  cp manifests/demo/compose/shop.yaml "$work/new/compose.yaml"
  sed 's/nginx:1.27/nginx:1.25/' manifests/demo/compose/shop.yaml >"$work/old/compose.yaml"
  write_shop "$work/demo"
  mv "$work/mooring.yaml" "$work/demo.yaml" # mooring.yaml is what `mooring init .` writes
  echo "  ledger: $work/ledger.db" >>"$work/demo.yaml"
  (cd "$work" && "$mooring" check --config demo.yaml >/dev/null 2>&1) || true
  sed -i '/^ *remember:/d' "$work/demo.yaml" # the ledger has taken the memory over
  disown "$double"
  trap - EXIT
  say "The demonstration shop stays up until: kill $double; rm -r $work"
  say "It has one stack for every verdict; its server \`branch\` is down on purpose. Now type any command of the README."
  printf 'export MOORING_CONFIG=%s/demo.yaml PATH=%s:$PATH\ncd %s\n' "$work" "$bin" "$work"
}

# A shop of four stacks with a ledger: what a newcomer types, with what it answers.
apply_demo() {
  mkdir -p "$work/manifests/compose" "$work/manifests/secrets"
  cp deploy/demo-apply/*.yaml "$work/manifests/"
  cp deploy/demo-apply/compose/*.yaml "$work/manifests/compose/"
  install -m 600 deploy/demo-apply/secrets/smtp "$work/manifests/secrets/"
  start_double deploy/demo-apply/seed.json
  local url
  url=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$work/double.json")
  install -m 600 manifests/demo/secrets/admin-token "$work/token"
  sed "s|@URL@|$url|" deploy/demo-apply/mooring.yaml.in >"$work/mooring.yaml"
  cd "$work"
  run 'mooring check manifests' 'Three of four stacks differ; the ledger remembers that one was in sync.'
  run 'mooring plan manifests' 'A stack that nothing says is Mooring'"'"'s to change is blocked, and the line to type is there.'
  run 'mooring adopt manifests shop --yes' 'Look, and take it over.'
  run 'mooring plan manifests --format json -o plan.json; mooring plan manifests' 'Now there is something to do, and media stays blocked: an update would undo what its manifest accepts.'
  run 'mooring apply manifests --plan plan.json' 'Only what the plan says, if it still holds. Each part is judged in two looks 15 s apart.'
  run 'mooring log' 'What was done, by whom and why.'
  run 'mooring check manifests' 'In sync, but for the one that is blocked.'
}

# $1: what is typed, $2: what it is about. The demonstration goes on, whatever the exit code says.
run() {
  say ''
  say "# $2"
  say "\$ $1"
  local code=0
  PATH=$bin:$PATH bash -c "$1" || code=$?
  say "(exit $code)"
}

# The lines that it prints change a stack of the stand-in, and change it back.
watch_demo() {
  start_double
  local control url
  url=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$work/double.json")
  control=$(sed -n 's/.*"control": *"\([^"]*\)".*/\1/p' "$work/double.json")
  cp -r manifests/demo "$work/demo"
  write_shop "$work/demo"
  printf '  ledger: %s/ledger.db\n' "$work" >>"$work/mooring.yaml" # takes over what the shop remembers
  printf '  agent: {interval: 10s, jitter: 0s, absenceWindow: 0s, listen: "%s"}\n' "${MOORING_LISTEN:-127.0.0.1:0}" >>"$work/mooring.yaml"
  say "3/3 mooring agent    (the stand-in server at $url; a run every 10 s)"
  say ''
  python3 - "$work" <<'PYTHON'
import json, sys, time
blog = next(stack for stack in json.load(open("manifests/demo/seed.json"))["stacks"] if stack["name"] == "blog")
for later, name, file in [(0, "drift", blog["file"].replace("ghost:5", "ghost:4")), (1, "repair", blog["file"])]:
    json.dump({"id": blog["id"], "file": file, "updateDate": int(time.time()) + later}, open(f"{sys.argv[1]}/{name}.json", "w"))
PYTHON
  local log=$work/agent.log page='' follows=''
  : >"$log"
  env -u MOORING_LISTEN "$mooring" agent --config "$work/mooring.yaml" >"$log" 2>&1 &
  agent=$!
  trap 'kill "$agent" $follows 2>/dev/null; wait "$agent"; exit 0' INT TERM
  # What is to be typed stands last, below what the first runs say.
  for _ in $(seq 100); do
    page=$(sed -n 's/.*the status page is at \(http[^ ]*\).*/\1/p' "$log")
    if [ -n "$page" ] && grep -q 'event=run server=main ' "$log"; then break; fi
    kill -0 "$agent" 2>/dev/null || { cat "$log" >&2; return 1; }
    sleep 0.1
  done
  say "The status page: $page    (the agent's log: $log)"
  say "Make the stack blog drift, look at the page, and change it back:"
  say "  curl -d @$work/drift.json $control/stack"
  say "  curl -d @$work/repair.json $control/stack"
  say "What the agent says of blog, until Ctrl-C:"
  tail -n 0 -f "$log" --pid="$agent" | grep --line-buffered ' blog/' &
  follows=$!
  wait "$agent"
}

case "$mode$own_server" in
  agent) watch_demo ;;
  demo) leave_demo ;;
  apply) apply_demo ;;
  check) check_demo ;;
  *) check_own_server "$@" ;;
esac
