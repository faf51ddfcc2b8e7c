#!/usr/bin/env bash
# Builds targets of a preset: tests/build.sh PRESET [--target NAME...]. Where files of a folder are compiled together
# (MOORING_JOINED) and do not get on with each other, that folder is compiled file by file, and this says so.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apart=''
cmake --preset "$preset" -DMOORING_APART= >/dev/null
until cmake --build --preset "$preset" "$@" -- -k 0 2>&1 | tee "$log"; do
  failed=$(sed -n 's|^FAILED: .*CMakeFiles/\([^/]*\)\.dir/Unity/.*|\1|p' "$log" | sort -u)
  [ -n "$failed" ] || exit 1
  for target in $failed; do apart="$apart${apart:+;}$target"; done
  echo "build.sh: names meet in these; they are compiled file by file (python3 tests/lint/joined.py):" $failed >&2
  cmake --preset "$preset" -DMOORING_APART="$apart" >/dev/null
done
