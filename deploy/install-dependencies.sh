#!/usr/bin/env bash
# Installs every dependency of Mooring by its Debian package name (Debian 12 and 13, Ubuntu 24.04). Needs root or sudo only
# for what is missing; on a machine that has everything it does nothing and needs no network.
#   deploy/install-dependencies.sh [build] [test] [lint] [look] [fuzz] [package]     default: build
set -euo pipefail

as_root=()
[ "$(id -u)" -eq 0 ] || ! command -v sudo >/dev/null || as_root=(sudo)
installed() { [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null)" = 'ii ' ]; }
# A name that others only conflict with is known to apt-cache, too, and ends with 0: what counts is a record.
known() { [ -n "$(apt-cache show "$1" 2>/dev/null)" ]; }

# Debian 12 has Boost 1.74 as its own and 1.81 beside it, which conflict; newer systems have 1.83 or newer as their own.
a_boost() {
  local version
  for version in 1.81 1.83 1.88 1.90; do
    if installed "libboost$version-dev" || known "libboost$version-dev"; then echo "$version"; return; fi
  done
}
boost=$(a_boost)
if [ -z "$boost" ]; then # a machine whose package lists were never read
  "${as_root[@]}" apt-get update >/dev/null 2>&1 || true
  boost=$(a_boost)
fi
boost=${boost:-1.81}

build=(g++ cmake ninja-build pkg-config "libboost$boost-dev" "libboost-url$boost-dev" libyaml-cpp-dev libyaml-dev
       nlohmann-json3-dev libspdlog-dev libfmt-dev libssl-dev libcli11-dev libsqlite3-dev libkainjow-mustache-dev
       ca-certificates)
test=(libgtest-dev libbenchmark-dev libvalijson-dev zlib1g-dev python3 python3-yaml python3-jsonschema openssl jq ccache git)
lint=(clang-format-19 clang-tidy-19)
look=(chromium prometheus systemd zsh fish pre-commit) # browser, accessibility, alert rules, units, completions, hooks: without them these tests are skipped
command -v npm >/dev/null || look+=(npm) # a Node.js from elsewhere brings its own, which Debian's would conflict with
package=(debootstrap lintian dpkg-dev man-db mandoc systemd-container) # what the packages are tested with; without them these tests are skipped
fuzz=(clang-19 libclang-rt-19-dev)

wanted=()
for group in "${@:-build}"; do
  case "$group" in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    lint) wanted+=("${lint[@]}") ;;
    look) wanted+=("${look[@]}") ;;
    fuzz) wanted+=("${fuzz[@]}") ;;
    package) wanted+=("${package[@]}") ;;
    *) echo "install-dependencies.sh: unknown group '$group'; known: build test lint look fuzz package" >&2; exit 64 ;;
  esac
done

missing=()
for package in "${wanted[@]}"; do
  installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] && [ ${#as_root[@]} -eq 0 ]; then
  echo "These packages are missing, and neither root nor sudo is at hand: ${missing[*]}" >&2
  echo "Ask somebody who may to run: apt-get install ${missing[*]}" >&2
  exit 1
fi

echo "Installing ${#missing[@]} packages: ${missing[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! "${as_root[@]}" apt-get update >"$log" 2>&1; then
  tail -n 5 "$log" >&2
  echo "apt-get update failed; trying with the package lists that are there." >&2
fi
if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "Installing failed; the lines above say why. Mooring is built on Debian 12 and newer; elsewhere install the same libraries by hand (Boost 1.81 or newer)." >&2
  exit 1
fi
