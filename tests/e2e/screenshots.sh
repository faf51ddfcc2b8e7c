#!/usr/bin/env bash
# Takes the pictures in deploy/screenshots anew, in headless Chromium, from build/release: the status page of the
# demonstration shop, and the report of a made-up month.
set -euo pipefail
cd "$(dirname "$0")"
export MOORING=$PWD/../../build/release/bin/mooring PORTAINER_DOUBLE=$PWD/../../build/release/bin/portainer-double
MOORING_SCREENSHOTS=$(mktemp -d)
export MOORING_SCREENSHOTS
trap 'rm -rf "$MOORING_SCREENSHOTS"' EXIT
PYTHONDONTWRITEBYTECODE=1 python3 -m unittest -b test_agent_page.DemonstrationShop
mkdir -p ../../deploy/screenshots
for picture in 1280-light 768-light 390-dark; do cp "$MOORING_SCREENSHOTS/shop-$picture.png" ../../deploy/screenshots/page-"$picture".png; done
cp "$MOORING_SCREENSHOTS/shop-stack-1280-light.png" ../../deploy/screenshots/stack-1280-light.png

month=../../build/release/tests/bench/report_month
"$month" "$MOORING_SCREENSHOTS/month.db" 12 744 >/dev/null # fills the ledger
"$month" "$MOORING_SCREENSHOTS/month.db" 12 744 >/dev/null # writes the report
timeout 120 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$MOORING_SCREENSHOTS/profile" \
  --window-size=1000,1300 --screenshot=../../deploy/screenshots/report.png "file://$MOORING_SCREENSHOTS/month.db.html" 2>/dev/null
