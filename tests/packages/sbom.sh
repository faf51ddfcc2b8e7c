#!/usr/bin/env bash
# The SBOMs of DIST: valid by SPDX's own tool (PyPI: spdx-tools), about the very programs that are packed, and with what those are linked of.
#   tests/packages/sbom.sh DIST      Without a registry the validator is skipped, aloud; the rest is checked all the same.
set -euo pipefail
dist=$(realpath "${1:?a folder made by release.sh}")
wrong() { echo "FAILED: $*" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/deb" "$work/tar"
dpkg-deb -x "$dist"/*.deb "$work/deb"
tar -xzf "$dist"/*.tar.gz -C "$work/tar" --strip-components=1
# said FILE RELATION: the names of the packages that stand in this relation to mooring; without a relation, the program's checksum.
said() {
  python3 - "$@" <<'PYTHON'
import json, sys
sbom = json.load(open(sys.argv[1]))
names = {one["SPDXID"]: one["name"] for one in sbom["packages"]}
if len(sys.argv) < 3:
    print(sbom["packages"][0]["checksums"][0]["checksumValue"])
for one in sbom["relationships"]:
    if one["relationshipType"] == sys.argv[-1]:
        print(names[one["relatedSpdxElement"]])
PYTHON
}
for pair in "$dist/$(cd "$dist" && ls *.deb.spdx.json):$work/deb/usr/bin/mooring" "$dist/$(cd "$dist" && ls *amd64.spdx.json):$work/tar/bin/mooring"; do
  file=${pair%%:*} program=${pair#*:}
  [ "$(said "$file")" = "$(sha256sum "$program" | cut -d' ' -f1)" ] || wrong "$(basename "$file") is about another program"
  # Each library that the loader would bring is of a package that is named, and none else is.
  linked=$(ldd "$program" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p' | while read -r library; do
    dpkg -S "$(realpath "$library")" 2>/dev/null || dpkg -S "$library" 2>/dev/null || dpkg -S "${library#/usr}"; done | sed 's/:.*//' | sort -u)
  [ "$linked" = "$(said "$file" DYNAMIC_LINK | sort -u)" ] || wrong "$(basename "$file"): linked are $linked"
done
static=$(said "$dist"/*amd64.spdx.json STATIC_LINK)
for library in libssl-dev libsqlite3-dev libyaml-cpp-dev; do
  grep -qx "$library" <<<"$static" || wrong "$library is in the tarball's program and not in its SBOM"
done
if python3 -m pip install --quiet --disable-pip-version-check --target "$work/python" spdx-tools >/dev/null 2>&1; then
  for file in "$dist"/*.spdx.json; do
    PYTHONPATH=$work/python python3 -m spdx_tools.spdx.clitools.pyspdxtools -i "$file" || wrong "$(basename "$file") is not valid SPDX"
  done
  echo '{"spdxVersion": "SPDX-2.3"}' >"$work/broken.spdx.json"
  ! PYTHONPATH=$work/python python3 -m spdx_tools.spdx.clitools.pyspdxtools -i "$work/broken.spdx.json" >/dev/null 2>&1 || wrong "the validator finds nothing"
else
  echo "SKIPPED: spdx-tools cannot be had: no foreign eye looked at the SBOMs" >&2
fi
echo "OK: SBOMs, $(wc -l <<<"$static") packages linked in, $(said "$dist"/*.deb.spdx.json DYNAMIC_LINK | wc -l) linked to"
