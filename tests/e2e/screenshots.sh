#!/usr/bin/env bash
# Takes the pictures in deploy/screenshots anew, in headless Chromium, from build/release: the status page, and the report of a made-up month.
set -euo pipefail
cd "$(dirname "$0")"
export MOORING=$PWD/../../build/release/bin/mooring PORTAINER_DOUBLE=$PWD/../../build/release/bin/portainer-double
MOORING_SCREENSHOTS=$(mktemp -d)
export MOORING_SCREENSHOTS
trap 'rm -rf "$MOORING_SCREENSHOTS"' EXIT
PYTHONDONTWRITEBYTECODE=1 python3 -m unittest -b test_agent_page.Browser.test_pages_fit_have_no_complaints_and_show_every_verdict
mkdir -p ../../deploy/screenshots
for picture in page-1280-light page-390-dark stack-1280-light; do
  cp "$MOORING_SCREENSHOTS/$picture.png" ../../deploy/screenshots/
done

month=../../build/release/tests/bench/report_month
"$month" "$MOORING_SCREENSHOTS/month.db" 12 744 >/dev/null # fills the ledger
"$month" "$MOORING_SCREENSHOTS/month.db" 12 744 >/dev/null # writes the report
timeout 120 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$MOORING_SCREENSHOTS/profile" \
  --window-size=1000,1300 --screenshot=../../deploy/screenshots/report.png "file://$MOORING_SCREENSHOTS/month.db.html" 2>/dev/null
