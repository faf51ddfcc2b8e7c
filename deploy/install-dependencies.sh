#!/usr/bin/env bash
# Installs every dependency of Mooring by its Debian 12 package name. Needs root or sudo only for what is missing; on a
# machine that has everything it does nothing and needs no network.
#   deploy/install-dependencies.sh [build] [test] [lint] [look] [fuzz]     default: build
set -euo pipefail

build=(g++ cmake ninja-build pkg-config libboost1.81-dev libboost-url1.81-dev libyaml-cpp-dev nlohmann-json3-dev
       libspdlog-dev libfmt-dev libssl-dev libcli11-dev libvalijson-dev libsqlite3-dev prometheus-cpp-dev libkainjow-mustache-dev
       ca-certificates)
test=(libgtest-dev libbenchmark-dev zlib1g-dev python3 python3-yaml python3-jsonschema openssl jq ccache git)
lint=(clang-format-19 clang-tidy-19)
look=(chromium prometheus systemd zsh fish) # browser, accessibility, alert rules, units, completions: without them these tests are skipped
command -v npm >/dev/null || look+=(npm) # a Node.js from elsewhere brings its own, which Debian's would conflict with
fuzz=(clang-19 libclang-rt-19-dev)

wanted=()
for group in "${@:-build}"; do
  case "$group" in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    lint) wanted+=("${lint[@]}") ;;
    look) wanted+=("${look[@]}") ;;
    fuzz) wanted+=("${fuzz[@]}") ;;
    *) echo "install-dependencies.sh: unknown group '$group'; known: build test lint look fuzz" >&2; exit 64 ;;
  esac
done

missing=()
for package in "${wanted[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null)" = 'ii ' ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "These packages are missing, and neither root nor sudo is at hand: ${missing[*]}" >&2
    echo "Ask somebody who may to run: apt-get install ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo)
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
  echo "Installing failed; the lines above say why. Mooring is built for Debian 12; elsewhere install the same libraries by hand." >&2
  exit 1
fi
