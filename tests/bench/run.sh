#!/usr/bin/env bash
# Builds in release form and prints one table of ratios (README.md here). --quick: without the 10,000 stacks.
set -euo pipefail
cd "$(dirname "$0")/../.."
./deploy/install-dependencies.sh build test >&2
cmake --preset release >/dev/null
cmake --build --preset release --target mooring portainer-double bare-loader bench_compare >&2
bin=build/release/bin

printf '%s, %s cores, %s GiB\n\n' "$(date -u +%Y-%m-%d)" "$(nproc)" "$(awk '/MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo)"
printf '| what | measured | ratio |\n|---|---|---|\n'
python3 tests/bench/check_bench.py "$bin" 1000 7
if [ "${1:-}" != --quick ]; then python3 tests/bench/check_bench.py "$bin" 10000 3; fi
"$bin/bench_compare"
