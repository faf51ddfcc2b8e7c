#!/usr/bin/env bash
# Prints a compliance report to PDF and PNG with headless Chromium, for a look: print_report.sh REPORT.html OUT_FOLDER
# Needs the Debian packages chromium and poppler-utils; says so where they are missing.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: print_report.sh REPORT.html OUT_FOLDER" >&2; exit 64; }
for tool in chromium pdftoppm; do
  command -v "$tool" >/dev/null || { echo "skipped: $tool is not installed (apt-get install chromium poppler-utils)"; exit 0; }
done
mkdir -p "$2"
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$profile" --no-pdf-header-footer \
  --print-to-pdf="$2/report.pdf" "file://$(realpath "$1")" 2>/dev/null
pdftoppm -r 60 -png "$2/report.pdf" "$2/page"
ls "$2"
