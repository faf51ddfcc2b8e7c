#!/usr/bin/env bash
# The image of DIST/Containerfile: built, and run as it should be run: without root, with a read-only root.
#   tests/packages/container.sh DIST      MOORING_BASE: the image of the first stage. Ends with 77 (skipped) without an engine or a base image.
set -euo pipefail
dist=$(realpath "${1:?a folder made by release.sh}")
skip() { echo "SKIPPED: $*" >&2; exit 77; }
wrong() { echo "FAILED: $*" >&2; exit 1; }
engine=''
for one in podman docker; do
  if command -v "$one" >/dev/null && "$one" info >/dev/null 2>&1; then engine=$one; break; fi
done
[ -n "$engine" ] || skip "neither podman nor docker answers here: the Containerfile was not built"
base=${MOORING_BASE:-docker.io/library/debian:12-slim}
"$engine" image inspect "$base" >/dev/null 2>&1 || "$engine" pull -q "$base" >/dev/null 2>&1 || skip "no image $base: the Containerfile was not built"
# Some machines can build images and start none (no right to set limits, no cgroups).
"$engine" run --rm ${MOORING_RUN_OPTIONS:-} "$base" true >/dev/null 2>&1 || skip "$engine cannot start a container here: the image was not tried"
# Only what it takes; an image name of its own.
image=mooring-test-$$
format=(); [ "$engine" != podman ] || format=(--format docker) # the other format has no health check
"$engine" build "${format[@]}" -q -f "$dist/Containerfile" --build-arg "BASE=$base" ${MOORING_BUILD_OPTIONS:-} -t "$image" "$dist" >/dev/null || wrong "build"
trap '"$engine" rmi -f "$image" >/dev/null 2>&1 || true' EXIT
run() { "$engine" run --rm --read-only --cap-drop=all ${MOORING_RUN_OPTIONS:-} "$@"; }
[[ "$(run "$image" --version)" == "mooring "* ]] || wrong "--version"
run "$image" version --format json | grep -q '"commit"' || wrong "arguments are not the program's"
[ "$("$engine" image inspect -f '{{.Config.User}}' "$image")" = 65532:65532 ] || wrong "it runs as root"
"$engine" image inspect "$image" | grep -q 9717/healthz || wrong "no health check"
run --entrypoint /usr/bin/wget "$image" --help >/dev/null 2>&1 || wrong "the health check's program does not start"
echo "OK: image of $("$engine" image inspect -f '{{.Size}}' "$image") bytes, by $engine"
