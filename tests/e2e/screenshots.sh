#!/usr/bin/env bash
# Takes the pictures in deploy/screenshots anew, in headless Chromium, from build/release.
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
