#!/usr/bin/env bash
# Makes all packages of a version: .deb, tarball, Containerfile, SBOMs, checksums.
#   deploy/packages/release.sh VERSION [--output DIR] [--build DIR] [--check]
#     --output DIR   default: dist
#     --build DIR    default: build/release, which is brought up to date
#     --check        then builds all again elsewhere, without a compiler cache, and wants the same bytes; runs the slow tests of the packages
# The bytes depend on the commit and on this machine's packages alone.
set -euo pipefail
cd "$(dirname "$0")/../.."
output=dist build=build/release check='' version=''
while [ $# -gt 0 ]; do
  case "$1" in
    --output) shift; output=${1:?--output needs a folder} ;;
    --build) shift; build=${1:?--build needs a folder} ;;
    --check) check=yes ;;
    -h|--help) sed -n '2,7p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    -*) echo "release.sh: unknown option '$1'; see --help" >&2; exit 64 ;;
    *) version=$1 ;;
  esac
  shift
done
[ -n "$version" ] || { echo "release.sh: which version? See --help" >&2; exit 64; }
declared=$(sed -n 's/^project(mooring VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
[ "$version" = "$declared" ] || { echo "release.sh: CMakeLists.txt says $declared, not $version" >&2; exit 64; }
[ -z "$(git status --porcelain --untracked-files=no)" ] || echo "release.sh: files differ from the commit; the packages say so" >&2
./deploy/install-dependencies.sh build package
commit=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH LC_ALL=C.UTF-8 TZ=UTC CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
umask 022

# make BUILD OUTPUT
make() {
  local build=$1 output=$2 name=mooring-$version-linux-amd64 stage
  cmake --preset release -B "$build" >/dev/null
  mkdir -p "$build/portable" "$output"
  rm -rf "$build/share" # made anew, with this release's time
  touch "$build/agent/cli/build_facts.cpp" 2>/dev/null || true
  cmake --build "$build" --target mooring mooring-portable >"$build/release.log" || { tail -n 30 "$build/release.log" >&2; return 1; }
  stage=$(mktemp -d)

  (cd "$build" && cpack -G DEB -B "$stage/cpack" >"$stage/cpack.log" 2>&1) || { cat "$stage/cpack.log" >&2; return 1; }
  cp "$stage"/cpack/*.deb "$output/"

  local tree=$stage/$name
  DESTDIR=$stage/install cmake --install "$build" --prefix /usr/local >/dev/null
  mkdir -p "$tree" && cp -r "$stage/install/usr/local/." "$tree/" && cp -r "$stage/install/etc" "$tree/etc"
  strip -o "$tree/bin/mooring" "$build/portable/mooring"
  cp deploy/packages/install.sh LICENSE README.md "$tree/"
  deploy/packages/sbom.py "$build" "$tree/bin/mooring" "$build/portable/mooring.map" "$version" "$commit" "$SOURCE_DATE_EPOCH" \
    "$output/$name.spdx.json" "$tree/LIBRARIES" "$tree/share/doc/mooring/licences"
  cp "$tree/LIBRARIES" "$output/LIBRARIES"
  deploy/packages/sbom.py "$build" "$stage"/cpack/_CPack_Packages/*/DEB/*/usr/bin/mooring - "$version" "$commit" "$SOURCE_DATE_EPOCH" \
    "$output/mooring_$version-1_amd64.deb.spdx.json"
  find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w -cf - "$name" | gzip -9n >"$output/$name.tar.gz"
  cp deploy/packages/Containerfile "$output/"
  (cd "$output" && sha256sum -- *.deb *.tar.gz *.spdx.json Containerfile LIBRARIES >SHA256SUMS)
  rm -rf "$stage"
}

began=$SECONDS
rm -rf "$output"
make "$build" "$output"
ls -l "$output"
grep -h 'glibc' "$output/LIBRARIES"
echo "made in $((SECONDS - began)) s"
[ -n "$check" ] || exit 0

echo "== the same bytes, built again elsewhere"
again=$(mktemp -d)
trap 'rm -rf "$again"' EXIT
# Compiled anew, unless somebody wants to know only about linking and packing.
[ -n "${MOORING_CHECK_WITH_CACHE:-}" ] || export CCACHE_DISABLE=1
make "$again/build" "$again/dist"
diff "$output/SHA256SUMS" "$again/dist/SHA256SUMS" && echo "OK: $(wc -l <"$output/SHA256SUMS") files have the same bytes"
echo "== the packages"
failed=''
for test in deb tarball sbom container; do
  case "$test" in
    deb) tests/packages/deb.sh "$build" && code=0 || code=$? ;;
    *) "tests/packages/$test.sh" "$output" && code=0 || code=$? ;;
  esac
  [ "$code" -eq 0 ] || [ "$code" -eq 77 ] || failed="$failed $test"
done
[ -z "$failed" ] || { echo "FAILED:$failed" >&2; exit 1; }
