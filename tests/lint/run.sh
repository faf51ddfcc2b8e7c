#!/usr/bin/env bash
# Form: clang-format on every C++ file, clang-tidy on the files that changed in the last hours (all of them with --full), shell syntax.
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

# What changed: everything since the newest commit that is a working day old; all files when there is no such commit.
base=${MOORING_TIDY_BASE:-$(git rev-list -1 --before='8 hours ago' HEAD)}
if [ "$full" = --full ] || [ -z "$base" ]; then
  mapfile -t changed < <(git ls-files 'agent/*.cpp')
else
  mapfile -t changed < <(git diff --name-only --diff-filter=d "$base" -- 'agent/*.cpp')
fi
if [ ${#changed[@]} -eq 0 ]; then
  echo "clang-tidy: no file changed since $base"
  exit 0
fi
cmake --preset release >/dev/null
cmake --build --preset release --target mooring_schema >/dev/null
printf '%s\n' "${changed[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy-19 -p build/release --quiet
echo "clang-tidy: ${#changed[@]} files are clean"
