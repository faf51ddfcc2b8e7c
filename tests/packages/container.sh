#!/usr/bin/env bash
# The image of DIST/Containerfile: built, and run as it should be run: without root, without capabilities, with a read-only root; the agent in it is
# asked by the image's own health check.
#   tests/packages/container.sh DIST      MOORING_BASE: the image of the first stage; MOORING_FRESH_ROOT: a root of Debian 12 to make it from.
# Where images can be built but not started (no right to set limits, no cgroups) the image's files are run by chroot instead, and it says so.
# Ends with 77 (skipped) without an engine or a base.
set -euo pipefail
dist=$(realpath "${1:?a folder made by release.sh}")
skip() { echo "SKIPPED: $*" >&2; exit 77; }
wrong() { echo "FAILED: $*" >&2; exit 1; }
work=$(mktemp -d)
image=mooring-test-$$
own_base=''
mounted=''
agent=''
stop() {
  [ -z "$agent" ] || { kill "$agent" && wait "$agent"; } 2>/dev/null || true
  [ -z "$mounted" ] || { umount -R "$work/root" 2>/dev/null; podman image umount "$image" >/dev/null; } || true
  "$engine" rmi -f "$image" $own_base >/dev/null 2>&1 || true
  rm -rf --one-file-system "$work"
}
engine=''
for one in podman docker; do
  if command -v "$one" >/dev/null && "$one" info >/dev/null 2>&1; then engine=$one; break; fi
done
[ -n "$engine" ] || skip "neither podman nor docker answers here: the Containerfile was not built"
trap stop EXIT

base=${MOORING_BASE:-docker.io/library/debian:12-slim}
if ! "$engine" image inspect "$base" >/dev/null 2>&1 && ! "$engine" pull -q "$base" >/dev/null 2>&1; then
  root=${MOORING_FRESH_ROOT:-$work/fresh}
  [ -d "$root" ] || debootstrap --variant=minbase bookworm "$root" >"$work/log" 2>&1 || skip "no image $base, and no root of Debian 12 to make one from: the Containerfile was not built"
  base=localhost/mooring-base-$$
  own_base=$base
  tar -C "$root" --one-file-system -c . | "$engine" import - "$base" >/dev/null 2>&1 || skip "$engine imports nothing here: the Containerfile was not built"
  echo "base: Debian 12, by debootstrap"
fi

build=("$engine" build -q -f "$dist/Containerfile" --build-arg "BASE=$base" -t "$image")
[ "$engine" != podman ] || build+=(--format docker --layers=false) # the other format has no health check
by_chroot=''
if ! "$engine" run --rm "$base" true >/dev/null 2>&1; then
  [ "$engine" = podman ] && [ "$(id -u)" -eq 0 ] || skip "$engine cannot start a container here: the image was not tried"
  build+=(--isolation=chroot --network=host)
  by_chroot=yes
fi
"${build[@]}" "$dist" >/dev/null || wrong "build"
[ "$("$engine" image inspect -f '{{.Config.User}}' "$image")" = 65532:65532 ] || wrong "it runs as root"
"$engine" image inspect "$image" | grep -q 9717/healthz || wrong "no health check"

# What the agent in it reads; nothing listens at the address, and the agent is healthy all the same.
mkdir -p "$work/etc" "$work/ledger"
printf 'apiVersion: mooring/v1\nkind: Agent\nspec:\n  servers: [{name: main, url: "http://127.0.0.1:9", credential: {file: /etc/mooring/token}}]\n  manifests: /etc/mooring/m\n' >"$work/etc/mooring.yaml"
mkdir "$work/etc/m"
printf 'apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: shop}\nspec: {environment: production, compose: {file: c.yaml}}\n' >"$work/etc/m/shop.yaml"
printf 'services: {web: {image: nginx}}\n' >"$work/etc/m/c.yaml"
printf 'ptr_not-a-token-0123456789\n' >"$work/etc/token"
chmod 755 "$work" && chmod -R a+rX "$work/etc" && chmod 600 "$work/etc/token"
chown -R 65532:65532 "$work/ledger" "$work/etc/token"
health=(/usr/bin/wget -q -O /dev/null http://127.0.0.1:9717/healthz)
agent_words=(agent --config /etc/mooring/mooring.yaml --ledger /var/lib/mooring/ledger.db)
if [ -n "$by_chroot" ]; then
  mounted=$(podman image mount "$image")
  mkdir "$work/root" && cp -a "$mounted/." "$work/root" && mkdir -p "$work/root/etc/mooring" "$work/root/dev" && touch "$work/root/dev/null" && mount --bind "$work/root" "$work/root"
  mount --bind /dev/null "$work/root/dev/null" # as every engine gives it
  mount --bind "$work/etc" "$work/root/etc/mooring" && mount --bind "$work/ledger" "$work/root/var/lib/mooring" && mount -o remount,ro,bind "$work/root"
  inside() { chroot --userspec=65532:65532 "$work/root" "$@"; }
  run() { inside /usr/bin/mooring "$@"; }
  start_agent() { chroot --userspec=65532:65532 "$work/root" /usr/bin/mooring "${agent_words[@]}" >"$work/agent.log" 2>&1 & agent=$!; }
  healthy() { inside "${health[@]}"; }
else
  options=(--read-only --cap-drop=all)
  run() { "$engine" run --rm "${options[@]}" "$image" "$@"; }
  start_agent() {
    "$engine" run --rm --name "$image" "${options[@]}" -v "$work/etc:/etc/mooring:ro" -v "$work/ledger:/var/lib/mooring" "$image" "${agent_words[@]}" >"$work/agent.log" 2>&1 &
    agent=$!
  }
  healthy() { "$engine" exec "$image" "${health[@]}"; }
fi
[[ "$(run --version)" == "mooring "* ]] || wrong "--version"
run version --format json | grep -q '"commit"' || wrong "arguments are not the program's"
! healthy 2>/dev/null || wrong "healthy, although no agent runs"
start_agent
well=''
for _ in $(seq 100); do if healthy 2>/dev/null; then well=yes; break; fi; sleep 0.1; done
[ -n "$well" ] || { tail -n 5 "$work/agent.log"; wrong "the agent in it is not healthy"; }
[ -s "$work/ledger/ledger.db" ] || wrong "no ledger where the volume is"
echo "OK: image of $("$engine" image inspect -f '{{.Size}}' "$image") bytes, by $engine${by_chroot:+; its files were run by chroot, because no container can be started here}"
