#!/bin/sh
# Checks manifests against Portainer and leaves the reports of one run in a folder: for cron, and for any CI that has no
# template here.
#   check.sh [MANIFESTS [REPORTS]]        default: manifests, mooring-report
# The server and the token come from PORTAINER_URL and PORTAINER_API_KEY_FILE (or PORTAINER_API_KEY), or from mooring.yaml.
# Ends with mooring's exit code: 0 in sync, 2 drift, 3 not everything could be seen, 4 both, more: see `mooring check --help`.
set -u

manifests=${1:-manifests}
reports=${2:-mooring-report}
mkdir -p "$reports" || exit 1

case $manifests in */*) ;; *) manifests=./$manifests ;; esac # a folder, whatever stacks are called
mooring check "$manifests" \
  --output json="$reports/mooring.json" \
  --output junit="$reports/mooring.xml" \
  --output sarif="$reports/mooring.sarif" \
  --output markdown="$reports/mooring.md" \
  --output csv="$reports/mooring.csv"
