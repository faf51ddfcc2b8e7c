#!/usr/bin/env bash
# Fuzzes what reads input from outside, with ASan and UBSan: one line a target, and a failure if anything was found.
#   tests/fuzz/run.sh                  every target for 20 seconds, two side by side
#   tests/fuzz/run.sh --seconds 3600   every target for an hour
#   tests/fuzz/run.sh --runs 20000     every target for so many inputs: the same ones wherever this commit is fuzzed
#   tests/fuzz/run.sh --target NAME    only that one (may be repeated)
#   tests/fuzz/run.sh --jobs N         N targets side by side
#   tests/fuzz/run.sh --seed N         other random choices; 1 without it, 0: never the same
set -euo pipefail
cd "$(dirname "$0")/../.."
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
[ -n "${TMPDIR:-}" ] || [ ! -w /dev/shm ] || export TMPDIR=/dev/shm # manifests and configurations are read from files

seconds=20
runs=-1
jobs=2
seed=1
targets=()
while [ $# -gt 0 ]; do
  case "$1" in
    --seconds) shift; seconds=${1:?--seconds needs a number} ;;
    --runs) shift; runs=${1:?--runs needs a number} seconds=600 ;;
    --target) shift; targets+=("${1:?--target needs a name}") ;;
    --seed) shift; seed=${1:?--seed needs a number} ;;
    --jobs) shift; jobs=${1:?--jobs needs a number} ;;
    -h|--help) sed -n '2,8p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    *) echo "tests/fuzz/run.sh: unknown option '$1'; see --help" >&2; exit 64 ;;
  esac
  shift
done
for file in tests/fuzz/targets/*.cpp; do known+=("$(basename "$file" .cpp)"); done
for target in "${targets[@]}"; do
  [ -e "tests/fuzz/targets/$target.cpp" ] || { echo "tests/fuzz/run.sh: no target '$target'; known: ${known[*]}" >&2; exit 64; }
done
[ ${#targets[@]} -gt 0 ] || targets=("${known[@]}")

./deploy/install-dependencies.sh build fuzz
tests/build.sh fuzz --target "${targets[@]/#/fuzz_}" >&2
work=build/fuzz/work
mkdir -p "$work"
python3 tests/fuzz/seeds.py "$work/seeds" >/dev/null

# Where memory lies decides what libFuzzer tries next; the order of a folder's files, too.
steady=''
! setarch -R true 2>/dev/null || steady=yes

# Runs one target and prints its line; leaves crashing inputs in build/fuzz/work/crashes/TARGET.
fuzz() {
  local target=$1 status=0 log="$work/$1.log" start=$SECONDS corpus="$work/corpus/$1"
  [ "$runs" -lt 0 ] || corpus="$work/corpus/$1.runs"
  [ "$runs" -lt 0 ] || rm -rf "$corpus"
  mkdir -p "$corpus" "$work/crashes/$target"
  find "$work/seeds/$target" -type f | LC_ALL=C sort | paste -sd, >"$work/$target.inputs"
  local options=(-max_total_time="$seconds" -runs="$runs" -rss_limit_mb=512 -timeout=5 -print_final_stats=1 -seed="$seed" -shuffle=0 -reload=0
                 -dict="$work/seeds/$target.dict" -artifact_prefix="$work/crashes/$target/" -seed_inputs=@"$work/$target.inputs")
  set --
  [ -z "$steady" ] || set -- setarch -R
  "$@" "build/fuzz/bin/fuzz_$target" "${options[@]}" "$corpus" >"$log" 2>&1 || status=$?
  local executed edges
  executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  edges=$(grep -a -o 'cov: [0-9]*' "$log" | tail -n 1 | cut -d' ' -f2)
  printf '%-14s %10s executions %6d s %7s edges  %s\n' "$target" "${executed:-?}" $((SECONDS - start)) "${edges:-?}" \
    "$([ "$status" -eq 0 ] && echo '0 crashes' || echo 'CRASHED')"
  [ "$status" -ne 0 ] || return 0
  grep -a -E -m 3 'broken promise|ERROR:|runtime error' -A 2 "$log" | sed 's/^/    /'
  for input in "$work/crashes/$target"/*; do
    [ ! -e "$input" ] || echo "    again: build/fuzz/bin/fuzz_$target $input    (fixed: move it to tests/fuzz/findings/$target/)"
  done
  return 1
}
export -f fuzz
export work seconds runs seed steady
printf '%s\n' "${targets[@]}" | xargs -P "$jobs" -I{} bash -c 'fuzz {}'
