#!/usr/bin/env bash
# The tarball of DIST: what it needs of a machine, install and uninstall below a prefix, and that it starts where nothing of the build is.
#   tests/packages/tarball.sh DIST [SUITE MIRROR]...     default: an empty root with the C library alone
set -euo pipefail
dist=$(realpath "${1:?a folder made by release.sh}")
wrong() { echo "FAILED: $*" >&2; exit 1; }
most_glibc=2.34
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$dist" && sha256sum -c --quiet SHA256SUMS) || wrong "checksums"
tar -xzf "$dist"/mooring-*-linux-amd64.tar.gz -C "$work" && cd "$work"/mooring-*

newest=$(objdump -T bin/mooring | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
echo "newest symbol of the C library: $newest"
[ "$(printf '%s\n' "GLIBC_$most_glibc" "$newest" | sort -V | tail -n 1)" = "GLIBC_$most_glibc" ] || wrong "it asks for more than glibc $most_glibc"
needed=$(objdump -p bin/mooring | sed -n 's/ *NEEDED *//p' | sort | tr '\n' ' ')
[ "$needed" = "ld-linux-x86-64.so.2 libc.so.6 libm.so.6 " ] || [ "$needed" = "libc.so.6 libm.so.6 " ] || wrong "it needs: $needed"
grep -q "glibc $most_glibc" LIBRARIES || wrong "LIBRARIES"

./install.sh --prefix "$work/prefix" >/dev/null
[ "$("$work/prefix/bin/mooring" --version)" = "$(bin/mooring --version)" ] || wrong "the installed program"
"$work/prefix/bin/mooring" config --config "$work/prefix/etc/mooring/mooring.yaml" >/dev/null || wrong "the configuration that comes with it"
grep -q "ExecStart=$work/prefix/bin/mooring" "$work/prefix/lib/systemd/system/mooring.service" || wrong "the unit names another program"
echo '# mine' >>"$work/prefix/etc/mooring/mooring.yaml"
./install.sh --prefix "$work/prefix" >/dev/null
tail -n 1 "$work/prefix/etc/mooring/mooring.yaml" | grep -q '^# mine$' || wrong "installing again overwrote the configuration"
./install.sh --uninstall --prefix "$work/prefix" >/dev/null
[ "$(cd "$work/prefix" && find . -type f | sort | tr '\n' ' ')" = "./etc/mooring/manifests/README ./etc/mooring/mooring.yaml " ] || wrong "left: $(find "$work/prefix" -type f)"

# An exception passes through the unwinder that stands in for glibc 2.35's, a random number through arc4random's.
bin/mooring check --config >/dev/null 2>&1 && wrong "a usage error ends with 0" || [ $? -eq 64 ] || wrong "a usage error ends otherwise than with 64"

if [ "$(id -u)" -eq 0 ]; then
  mkdir -p "$work/empty/lib64" "$work/empty/lib/x86_64-linux-gnu"
  cp -L /lib64/ld-linux-x86-64.so.2 "$work/empty/lib64/"
  cp -L /lib/x86_64-linux-gnu/libc.so.6 /lib/x86_64-linux-gnu/libm.so.6 "$work/empty/lib/x86_64-linux-gnu/"
  cp bin/mooring "$work/empty/"
  chroot "$work/empty" /mooring --version || wrong "it does not start beside the C library alone"
else
  echo "SKIPPED: an empty root is made by root" >&2
fi
shift
while [ $# -ge 2 ]; do
  debootstrap --variant=minbase "$1" "$work/$1" "$2" >"$work/log" 2>&1 || { echo "SKIPPED: no root of $1 could be made" >&2; shift 2; continue; }
  cp bin/mooring "$work/$1/" && chroot "$work/$1" /mooring --version && echo "starts on $1 ($(chroot "$work/$1" ldd --version | head -n 1))" || wrong "it does not start on $1"
  rm -rf --one-file-system "${work:?}/$1"
  shift 2
done
echo "OK: tarball"
