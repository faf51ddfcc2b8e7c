#!/usr/bin/env bash
# Installs what is missing, builds, runs every test; closes with ctest's summary.
#   tests/run.sh              everything, release build
#   tests/run.sh --quick      unit and golden tests only
#   tests/run.sh --sanitize   unit, golden and contract tests under ASan and UBSan
#   tests/run.sh --thread     the tests of what has more than one thread, under TSan: name look-ups, the agent as a process
#   tests/run.sh --live       also against a real Portainer: tests/live/README.md says what it needs
#   tests/run.sh --preset P   another preset than release (CMakePresets.json)
set -euo pipefail
cd "$(dirname "$0")/.."

# Object files do not depend on where the checkout lies, so that ccache finds them again from another one.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

preset=release
labels=''
live=''
while [ $# -gt 0 ]; do
  case "$1" in
    --quick) labels='unit|golden' ;;
    --sanitize) preset=sanitize labels='unit|golden|contract' ;;
    --thread) preset=thread labels=thread ;;
    --live) live=yes ;;
    --preset) shift; preset=${1:?--preset needs a name} ;;
    -h|--help) sed -n '2,8p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    *) echo "tests/run.sh: unknown option '$1'; see --help" >&2; exit 64 ;;
  esac
  shift
done

./deploy/install-dependencies.sh build test
# Without these, and without root, the tests of the packages are skipped, and say so.
[ -n "$labels" ] || ./deploy/install-dependencies.sh package || true
targets=()
select=()
if [ -n "$labels" ]; then
  IFS='|' read -ra names <<<"$labels"
  targets=(--target "${names[@]/#/tests_}")
  select=(-L "^($labels)$")
fi
tests/build.sh "$preset" "${targets[@]}"
if [ "$preset" = thread ]; then
  tests/build.sh release --target portainer-double
  export PORTAINER_DOUBLE=$PWD/build/release/bin/portainer-double
fi

if [ -n "$live" ]; then
  BUILD=build/$preset tests/live/run.sh
fi

ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$(nproc)" "${select[@]}"
