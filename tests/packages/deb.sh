#!/usr/bin/env bash
# The Debian package in a fresh root: lintian, install, upgrade, the README typed, remove, purge, systemd/README.md typed. It makes the package
# from BUILD, without building.
#   tests/packages/deb.sh BUILD [SUITE]      SUITE: bookworm. Ends with 77 (skipped) without root, debootstrap or a mirror.
#   MOORING_FRESH_ROOT: a root made by debootstrap before; it is copied.
set -euo pipefail
build=$(realpath "${1:?a build folder}")
suite=${2:-bookworm}
skip() { echo "SKIPPED: $*" >&2; exit 77; }
wrong() { echo "FAILED: $*" >&2; exit 1; }
said() { echo "== $*"; }

[ "$(id -u)" -eq 0 ] || skip "a fresh root is made by root"
for tool in debootstrap lintian dpkg-shlibdeps; do
  command -v "$tool" >/dev/null || skip "$tool is not installed (deploy/install-dependencies.sh package)"
done

work=$(mktemp -d)
root=$work/root
clean() {
  ! mountpoint -q "$root/proc" || umount "$root/proc"
  rm -rf --one-file-system "$work"
}
trap clean EXIT

said "one package, from $build"
(cd "$build" && cpack -G DEB -B "$work/made" >"$work/cpack.log" 2>&1) || { cat "$work/cpack.log"; wrong cpack; }
deb=$(echo "$work"/made/*.deb)
version=$(dpkg-deb -f "$deb" Version)
ls -l "$deb"
grep -aqE '\.\./agent/|'"$PWD"'/agent/' "$build/bin/mooring" && wrong "the program names the folder in which it was built: another one makes other bytes"
lintian --allow-root --fail-on error,warning "$deb" || wrong "lintian"
DESTDIR=$work/installed cmake --install "$build" --prefix /usr >/dev/null || wrong "cmake --install"
diff <(cd "$work/installed" && find . ! -type d | sort) <(dpkg-deb --fsys-tarfile "$deb" | tar -t | grep -v -e '/$' -e /lintian/ | sort) ||
  wrong "cmake --install puts other files, or elsewhere, than the package"

said "a fresh $suite"
if [ -n "${MOORING_FRESH_ROOT:-}" ]; then
  cp -a "$MOORING_FRESH_ROOT" "$root"
else
  debootstrap --variant=minbase "$suite" "$root" "${MOORING_MIRROR:-http://deb.debian.org/debian}" >"$work/debootstrap.log" 2>&1 ||
    { tail -n 3 "$work/debootstrap.log"; skip "no fresh root could be made"; }
fi
cp /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc" 2>/dev/null || skip "nothing may be mounted here"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod 755 "$root/usr/sbin/policy-rc.d"
# Standard input is at its end: whoever asks something fails.
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@" </dev/null; }
as_nobody() { chroot --userspec=nobody:nogroup "$root" /usr/bin/env -i PATH=/usr/bin:/bin "$@" </dev/null; }
apt() { inside apt-get -y -q --no-install-recommends "$@" >"$work/apt.log" 2>&1 || { cat "$work/apt.log"; wrong "apt-get $*"; }; }

cp "$deb" "$root/new.deb"
dpkg-deb -R "$deb" "$work/old"
sed -i 's/^Version: .*/Version: 0.1.9-1/' "$work/old/DEBIAN/control"
dpkg-deb --root-owner-group -Zgzip -b "$work/old" "$root/old.deb" >/dev/null
inside apt-get -q -s install /new.deb >"$work/apt.log" 2>&1 || { cat "$work/apt.log"; wrong "its dependencies cannot be met on a fresh $suite"; }
inside apt-get -y -q --download-only --no-install-recommends install /new.deb >"$work/apt.log" 2>&1 || skip "the mirror does not answer"

said "install 0.1.9-1"
began=$(date +%s%N)
apt install /old.deb
echo "installed in $((($(date +%s%N) - began) / 1000000)) ms, dependencies included"
[ "$(inside mooring --version)" = "mooring ${version%-*}" ] || wrong "mooring on PATH"
inside mooring version --format json | grep -q '"commit"' || wrong "version as JSON"
! inside ldd /usr/bin/mooring | grep "not found" || wrong "a library is missing"
inside mooring config --config /etc/mooring/mooring.yaml >/dev/null || wrong "the configuration that comes with it is not valid"
inside mooring validate /usr/share/doc/mooring/examples/scope >/dev/null || wrong "the examples are not valid"
as_nobody ls /etc/mooring/manifests >/dev/null || wrong "the unit's user cannot read the manifests"
for file in share/man/man1/mooring.1.gz share/man/man1/mooring-check.1.gz share/man/man5/mooring.yaml.5.gz share/man/man5/mooring-manifest.5.gz \
  share/bash-completion/completions/mooring share/zsh/vendor-completions/_mooring share/fish/vendor_completions.d/mooring.fish \
  share/mooring/schema/manifest.schema.json lib/systemd/system/mooring.service lib/systemd/system/mooring-report.timer; do
  [ -s "$root/usr/$file" ] || wrong "/usr/$file"
done
[ ! -e "$root/etc/systemd/system/multi-user.target.wants/mooring.service" ] || wrong "an agent without a configuration is enabled"

said "upgrade to $version: what was edited and recorded stays"
echo '# edited' >>"$root/etc/mooring/mooring.yaml"
echo secret >"$root/etc/mooring/token"
echo '# mine' >"$root/etc/mooring/manifests/mine.yaml"
mkdir -p "$root/var/lib/private/mooring" && ln -s private/mooring "$root/var/lib/mooring"
echo ledger >"$root/var/lib/private/mooring/ledger.db"
kept() {
  tail -n 1 "$root/etc/mooring/mooring.yaml" | grep -q '^# edited$' || wrong "$1: the configuration"
  [ -s "$root/etc/mooring/token" ] || wrong "$1: the token"
  [ -s "$root/var/lib/mooring/ledger.db" ] || wrong "$1: the ledger"
  [ -s "$root/etc/mooring/manifests/mine.yaml" ] || wrong "$1: a manifest"
}
apt install /new.deb
[ "$(inside dpkg-query -W -f '${Version}' mooring)" = "$version" ] || wrong "the version after the upgrade"
kept upgrade

said "the README, typed from top to bottom"
here=$(realpath "$(dirname "$0")")
if [ -x "$build/bin/portainer-double" ]; then
  MOORING=$build/bin/mooring PORTAINER_DOUBLE=$build/bin/portainer-double PYTHONDONTWRITEBYTECODE=1 python3 "$here/readme.py" "$root" "$deb" ||
    wrong "the README cannot be typed as it stands"
  rm -rf "$root/root/clone" "$root"/opt/demonstration "$root"/tmp/mooring-*
else
  echo "SKIPPED: portainer-double is not built: the README was not typed" >&2
fi

said "remove: the program goes, the ledger stays"
apt remove mooring
[ ! -e "$root/usr/bin/mooring" ] || wrong "the program is still there"
kept remove

said "install again, purge: nothing of it is left"
apt install /new.deb
kept "install after remove"
apt purge mooring
left=$(find "$root" -xdev -path "$root/proc" -prune -o \( -name '*mooring*' -o -path "$root/etc/mooring/*" \) -print | sed "s|^$root||" | grep -v '^/var/cache/apt/' | sort)
[ "$left" = "$(printf '%s\n' /etc/mooring /etc/mooring/manifests /etc/mooring/manifests/mine.yaml)" ] || wrong "left behind: $left"

said "systemd/README.md, typed in a system that systemd has booted"
umount "$root/proc"
rm "$root/etc/mooring/manifests/mine.yaml" "$root/usr/sbin/policy-rc.d"
"$here/systemd.sh" "$build" "$root" && code=0 || code=$?
[ "$code" -eq 0 ] || [ "$code" -eq 77 ] || wrong "systemd"
echo "OK: $version on $suite"
