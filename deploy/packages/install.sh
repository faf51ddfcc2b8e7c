#!/bin/sh
# Installs what lies beside it. Run again it brings files up to date; the configuration is never overwritten.
#   ./install.sh [--prefix DIR]      default: /usr/local as root, else ~/.local
#   ./install.sh --uninstall [--prefix DIR]      keeps configuration, token and ledger
set -eu
cd "$(dirname "$0")"
prefix=
uninstall=
while [ $# -gt 0 ]; do
  case "$1" in
    --prefix) prefix=${2:?--prefix needs a folder}; shift ;;
    --prefix=*) prefix=${1#*=} ;;
    --uninstall) uninstall=yes ;;
    -h | --help) sed -n '2,4p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    *) echo "install.sh: unknown option '$1'; see --help" >&2; exit 64 ;;
  esac
  shift
done
if [ -z "$prefix" ]; then
  prefix=$HOME/.local
  [ "$(id -u)" -ne 0 ] || prefix=/usr/local
fi
case "$prefix" in /*) ;; *) echo "install.sh: --prefix wants an absolute path, not $prefix" >&2; exit 64 ;; esac
case "$prefix" in
  /usr | /usr/local) configuration=${DESTDIR:-}/etc/mooring ;;
  *) configuration=${DESTDIR:-}$prefix/etc/mooring ;;
esac
named=${configuration#"${DESTDIR:-}"}
to=${DESTDIR:-}$prefix

if [ -n "$uninstall" ]; then
  find bin share lib -type f | while read -r file; do
    rm -f "$to/$file"
    folder=$(dirname "$file") # only folders of Mooring's own go: /usr/local/bin may be empty and still is somebody's
    while case "$folder" in */mooring | */mooring/*) true ;; *) false ;; esac do
      rmdir "$to/$folder" 2>/dev/null || break
      folder=$(dirname "$folder")
    done
  done
  echo "Mooring is removed from $prefix; $named and the ledger are kept."
  exit 0
fi

# A program that does not start here is not installed.
./bin/mooring --version >/dev/null || { echo "install.sh: bin/mooring does not start on this machine; it needs Linux on x86-64 with glibc 2.34 or newer" >&2; exit 1; }
find bin share lib -type f | while read -r file; do
  mode=644
  [ "$file" != bin/mooring ] || mode=755
  mkdir -p "$(dirname "$to/$file")"
  case "$file" in
    lib/systemd/*)
      sed "s|/usr/local/bin/mooring|$prefix/bin/mooring|; s|/etc/mooring|$named|g" "$file" >"$to/$file.new"
      chmod $mode "$to/$file.new"
      mv "$to/$file.new" "$to/$file"
      ;;
    *) # beside it and then moved: a program that runs is not written into
      cp "$file" "$to/$file.new"
      chmod $mode "$to/$file.new"
      mv "$to/$file.new" "$to/$file"
      ;;
  esac
done
for file in mooring.yaml manifests/README; do
  [ ! -e "$configuration/$file" ] || continue
  mkdir -p "$(dirname "$configuration/$file")"
  sed "s|/etc/mooring|$named|g; s|/usr/local/share|$prefix/share|g" "etc/mooring/$file" >"$configuration/$file"
done
echo "Installed: $prefix/bin/mooring ($(./bin/mooring --version)). Next: $named/mooring.yaml, or: mooring init"
case ":$PATH:" in *":$prefix/bin:"*) ;; *) echo "$prefix/bin is not in PATH." ;; esac
