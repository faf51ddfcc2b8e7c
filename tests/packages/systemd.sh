#!/usr/bin/env bash
# Types systemd/README.md, as it stands, in a system that systemd has booted: Debian in systemd-nspawn, with nothing but systemd installed
# beside what the program needs.
#   tests/packages/systemd.sh BUILD ROOT      ROOT: a fresh root with mooring's libraries in it; it is changed.
# Ends with 77 (skipped) where no system can be booted.
set -euo pipefail
build=$(realpath "${1:?a build folder}")
root=$(realpath "${2:?a fresh root}")
source=$(realpath "$(dirname "$0")/../..")
skip() { echo "SKIPPED: $*" >&2; exit 77; }
wrong() { echo "FAILED: $*" >&2; exit 1; }
command -v systemd-nspawn >/dev/null || skip "systemd-nspawn is not installed: systemd/README.md was not typed"
[ -x "$build/bin/portainer-double" ] || skip "portainer-double is not built: systemd/README.md was not typed"
mkdir -p /run/systemd/nspawn/propagate 2>/dev/null || true
chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends systemd systemd-sysv >"$root/apt.log" 2>&1 ||
  skip "systemd could not be installed in the root"
[ ! -e "$root/bin/kill" ] || wrong "the root has /bin/kill: nothing would be shown of ExecReload"

work=$(mktemp -d)
double=''
boot=''
stop() {
  [ -z "$double" ] || kill "$double" 2>/dev/null || true
  [ -z "$boot" ] || kill -KILL "$boot" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
cat >"$work/seed.json" <<'JSON'
{"users": [{"username": "admin", "token": "ptr_e2e-token-0123456789"}], "environments": [{"id": 1, "name": "production"}],
 "stacks": [{"id": 7, "name": "shop", "environment": "production", "type": "standalone", "file": "services:\n  web:\n    image: nginx:1.25\n", "status": "active"}]}
JSON
"$build/bin/portainer-double" --listen 127.0.0.1:0 --seed "$work/seed.json" >"$work/double.json" 2>"$work/double.log" &
double=$!
for _ in $(seq 50); do [ -s "$work/double.json" ] && break; sleep 0.1; done
url=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$work/double.json")
[ -n "$url" ] || wrong "the stand-in did not start: $(cat "$work/double.log")"

# The folder in which the reader stands, and what the page says, block by block.
here=$root/root/clone
mkdir -p "$here/build/release/bin" "$here/manifests/shop"
cp "$build/bin/mooring" "$here/build/release/bin/"
cp -r "$source/systemd" "$here/"
echo ptr_e2e-token-0123456789 >"$here/token"
printf 'services:\n  web:\n    image: nginx:1.27\n' >"$here/manifests/shop/compose.yaml"
printf 'apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: shop}\nspec: {environment: production, compose: {file: shop/compose.yaml}}\n' >"$here/manifests/shop.yaml"
blocks() { awk -v want="$1" '/^```/ {on = ($0 == "```" want); next} on' "$source/systemd/README.md"; }
blocks yaml | sed "s|https://portainer.example.org|$url|" >"$here/mooring.yaml"
grep -q "$url" "$here/mooring.yaml" || wrong "the page has no mooring.yaml"
cat >"$root/root/typed.sh" <<SCRIPT
set -ex
cd /root/clone
date -u +%Y-%m
$(blocks sh)
ls -l /srv/evidence/*/
SCRIPT
cat >"$root/root/asked.sh" <<'SCRIPT'
set -x
for _ in $(seq 100); do systemctl show -p StatusText mooring | grep -q drifted && break; sleep 0.1; done
journalctl --no-pager -u mooring -o verbose
systemctl is-active mooring
systemctl is-enabled mooring.service mooring-report.timer
systemctl show -p StatusText,NRestarts,User mooring
sed -i 's/nginx:1.27/nginx:1.25/' /etc/mooring/manifests/shop/compose.yaml
systemctl reload mooring; echo "reload ended with $?"
for _ in $(seq 200); do systemctl show -p StatusText mooring | grep -q 'in sync 1' && break; sleep 0.1; done
systemctl show -p StatusText mooring
echo 'spec: {intervall: 5}' >>/etc/mooring/mooring.yaml
systemctl reload mooring
for _ in $(seq 100); do systemctl show -p StatusText mooring | grep -q 'configuration' && break; sleep 0.1; done
echo "with a wrong configuration: $(systemctl show -p StatusText mooring)"
systemctl stop mooring
systemctl show -p Result,ExecMainStatus mooring
SCRIPT
cat >"$root/etc/systemd/system/typing.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
StandardOutput=append:/root/said
StandardError=append:/root/said
ExecStart=-/bin/bash /root/typed.sh
ExecStart=-/bin/bash /root/asked.sh
ExecStopPost=/bin/systemctl --no-block poweroff
[Install]
WantedBy=graphical.target
UNIT
mkdir -p "$root/etc/systemd/system/graphical.target.wants"
ln -sf ../typing.service "$root/etc/systemd/system/graphical.target.wants/typing.service"
timeout 120 systemd-nspawn --quiet --keep-unit --register=no -D "$root" -b </dev/null >"$work/boot.log" 2>&1 &
boot=$!
wait "$boot" || true
boot=''
said=$root/root/said
[ -s "$said" ] || { tail -n 5 "$work/boot.log"; skip "no system could be booted here: systemd/README.md was not typed"; }
want() { grep -Eq -- "$1" "$said" || { cat "$said"; wrong "systemd/README.md, typed: $2"; }; }
want '^active$' "the agent does not run"
[ "$(grep -c '^enabled$' "$said")" -eq 2 ] || { cat "$said"; wrong "agent and timer are not enabled"; }
want '^StatusText=.*drifted 1' "its manifests were not read"
want 'Status: ".*"' "no headline in systemctl status"
want 'MOORING_STACK=shop' "no fields in the journal"
want '^reload ended with 0$' "reload, without /bin/kill"
want '^StatusText=.*in sync 1' "a reload reads the manifests again"
want '^with a wrong configuration: .*(configuration|mooring.yaml)' "a wrong configuration is not said"
want 'compliance.html$' "no report was handed on"
want '^-rw-r--r-- .* compliance.json' "the report cannot be read by an auditor"
want '^Result=success$' "a stop that did not succeed"
want '^ExecMainStatus=0$' "a stop with another status than 0"
want '^NRestarts=0$' "it was started again"
echo "OK: systemd/README.md, typed under $(chroot "$root" systemctl --version | head -n 1)"
