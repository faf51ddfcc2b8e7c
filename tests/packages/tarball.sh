#!/usr/bin/env bash
# The tarball of DIST: what it needs of a machine, install and uninstall below a prefix, and that it starts where nothing of the build is.
#   tests/packages/tarball.sh DIST [SUITE MIRROR | ROOT]...     always: an empty root with the C library alone; then other systems, made by
#   debootstrap or given as a folder
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
# Whatever is linked or compiled in goes along with its licence.
for package in $(sed -n '/^Linked in/,/^Needed of the machine/s/^  \([^ ]*\) .*/\1/p' LIBRARIES); do
  [ -s "share/doc/mooring/licences/$package" ] || wrong "no licence of $package"
done
[ "$(find share/doc/mooring/licences -type f | wc -l)" -gt 5 ] || wrong "too few licences"

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
# Other systems: installed there as people install it, and the examples read.
while [ $# -gt 0 ]; do
  if [ -d "$1" ]; then
    root=$1 made=''
    shift
  else
    root=$work/$1 made=yes
    debootstrap --variant=minbase "$1" "$root" "${2:?a mirror for $1}" >"$work/log" 2>&1 || { echo "SKIPPED: no root of $1 could be made" >&2; shift 2; continue; }
    shift 2
  fi
  system=$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' "$root/etc/os-release")
  rm -rf "$root/tmp/unpacked" && cp -r "$work"/mooring-* "$root/tmp/unpacked"
  began=$(date +%s%N)
  chroot "$root" /tmp/unpacked/install.sh >/dev/null || wrong "it is not installed on $system"
  [[ "$(chroot "$root" /usr/local/bin/mooring --version)" == "mooring "* ]] || wrong "it does not start on $system"
  took=$((($(date +%s%N) - began) / 1000000))
  chroot "$root" /usr/local/bin/mooring validate /usr/local/share/doc/mooring/examples/scope >/dev/null || wrong "it does not read its examples on $system"
  chroot "$root" /tmp/unpacked/install.sh --uninstall >/dev/null && [ ! -e "$root/usr/local/bin/mooring" ] || wrong "uninstall on $system"
  echo "installed in $took ms on $system ($(chroot "$root" ldd --version | head -n 1))"
  rm -rf "$root/tmp/unpacked"
  [ -z "$made" ] || rm -rf --one-file-system "${root:?}"
done
echo "OK: tarball"
