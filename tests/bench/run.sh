#!/usr/bin/env bash
# Builds in release form and prints two tables of ratios (README.md here). --quick: without the 10,000 stacks.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1
./deploy/install-dependencies.sh build test >&2
cmake --preset release >/dev/null
cmake --build --preset release --target mooring portainer-double bare-loader bench_compare >&2
bin=build/release/bin
quick=${1:-}

printf '%s, %s cores, %s GiB\n\n' "$(date -u +%Y-%m-%d)" "$(nproc)" "$(awk '/MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo)"
printf '| what | measured | ratio |\n|---|---|---|\n'
python3 tests/bench/check_bench.py "$bin" 1000 7
if [ "$quick" != --quick ]; then python3 tests/bench/check_bench.py "$bin" 10000 3; fi
python3 tests/bench/plan_bench.py "$bin" 1000 50
if [ "$quick" != --quick ]; then python3 tests/bench/plan_bench.py "$bin" 10000 500 3; fi
if [ "$quick" != --quick ]; then python3 tests/bench/kubernetes_bench.py "$bin" 1000; fi
python3 tests/bench/compare_libyaml.py "$bin"
"$bin/bench_compare"

printf '\n| what | memory | a cycle without change | ratio |\n|---|---|---|---|\n'
python3 tests/bench/agent_bench.py "$bin" 100 20
python3 tests/bench/agent_bench.py "$bin" 1000 7
if [ "$quick" != --quick ]; then python3 tests/bench/agent_bench.py "$bin" 10000 3; fi
