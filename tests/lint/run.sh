#!/usr/bin/env bash
# Form: clang-format on every C++ file, clang-tidy on the files that changed last (all of them with --full), shell syntax.
set -euo pipefail
cd "$(dirname "$0")/../.."

./deploy/install-dependencies.sh build test lint
full=${1:-}

mapfile -t sources < <(git ls-files --cached --others --exclude-standard '*.cpp' '*.hpp')
clang-format-19 --dry-run --Werror "${sources[@]}"
echo "clang-format: ${#sources[@]} files are in form"

mapfile -t scripts < <(git ls-files --cached --others --exclude-standard '*.sh' '.ci/run')
for script in "${scripts[@]}"; do bash -n "$script"; done
echo "bash -n: ${#scripts[@]} scripts parse"

python3 tests/lint/includes.py
python3 tests/lint/coroutines.py
python3 tests/lint/joined.py

# What changed since the newest commit that is a working day old, newest first; all files when there is no such commit. A file costs 5 to 30
# seconds, so that a day on which everything changed is cut to MOORING_TIDY_FILES, and says so; --full looks at everything.
base=${MOORING_TIDY_BASE:-$(git rev-list -1 --before='8 hours ago' HEAD)}
most=${MOORING_TIDY_FILES:-10}
if [ "$full" = --full ] || [ -z "$base" ]; then
  mapfile -t changed < <(git ls-files 'agent/*.cpp')
  most=${#changed[@]}
else
  mapfile -t changed < <(git log --format= --name-only --diff-filter=d "$base..HEAD" -- 'agent/*.cpp' | awk '!seen[$0]++ && !system("test -f " $0)')
fi
if [ ${#changed[@]} -eq 0 ]; then
  echo "clang-tidy: no file changed since $base"
  exit 0
fi
looked=("${changed[@]:0:most}")
cmake --preset release >/dev/null
cmake --build --preset release --target mooring_schema >/dev/null
printf '%s\n' "${looked[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy-19 -p build/release --quiet
echo "clang-tidy: ${#looked[@]} files are clean"
left=$((${#changed[@]} - ${#looked[@]}))
[ "$left" -eq 0 ] || echo "clang-tidy: $left more files changed and were not looked at; tests/lint/run.sh --full looks at all"
