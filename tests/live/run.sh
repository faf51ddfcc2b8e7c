#!/usr/bin/env bash
# Mooring against a real Portainer. What is not given is skipped, and said so.
#   tests/live/run.sh                 the contract, then "break it by hand"
#   tests/live/run.sh --double        "break it by hand" against the stand-in Portainer
#   tests/live/run.sh --double-writes  create, update, stop, access, remove and more by `mooring apply`, against it (4 minutes)
# Needs a build (build/release, or BUILD=DIR) and reads
#   PORTAINER_URL                     https://server:9443, without /api
#   PORTAINER_ADMIN_PASSWORD_FILE     contract: the password of `admin`, on a fresh server
#   PORTAINER_API_KEY_FILE            by hand: an administrator's access token
#   MOORING_LIVE_DOCKER               by hand: the Docker socket of the environment, /var/run/docker.sock
#   MOORING_LIVE_ENVIRONMENT          by hand: the environment's id (1)
#   MOORING_LIVE_IMAGE                by hand: an image with `sh` that is on the host (busybox:stable)
#   MOORING_LIVE_PREFIX               writes: what the name of the stack begins with that Mooring makes, changes and removes in
#                                     MOORING_LIVE_ENVIRONMENT, which must be named, too
#   SSL_CERT_FILE                     where Portainer's certificate is its own
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build/release}
mooring=${MOORING:-$build/bin/mooring}
double=${PORTAINER_DOUBLE:-$build/bin/portainer-double}

case "${1:-}" in
  '') ;;
  -h|--help) sed -n '2,16p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
  --double|--double-writes)
    folder=$(mktemp -d)
    trap 'kill "$pid" 2>/dev/null || true; rm -rf "$folder"' EXIT
    cat >"$folder/seed.json" <<'SEED'
{"users": [{"username": "admin", "token": "ptr_live-administrator"}], "environments": [{"id": 1, "name": "primary"}]}
SEED
    (umask 077 && printf 'ptr_live-administrator\n' >"$folder/token")
    "$double" --listen 127.0.0.1:0 --seed "$folder/seed.json" >"$folder/about" &
    pid=$!
    for _ in $(seq 100); do [ -s "$folder/about" ] && break; sleep 0.1; done
    read -r url control < <(python3 -c 'import json, sys; about = json.load(sys.stdin); print(about["url"], about["control"])' <"$folder/about")
    if [ "$1" = --double-writes ]; then
      python3 tests/live/writes.py --mooring "$mooring" --url "$url" --token-file "$folder/token" --environment 1 --prefix live-
      exit
    fi
    python3 tests/live/break_by_hand.py --mooring "$mooring" --url "$url" --token-file "$folder/token" --double "$control"
    exit ;;
  *) echo "tests/live/run.sh: unknown option '$1'; see --help" >&2; exit 64 ;;
esac

if [ -z "${PORTAINER_URL:-}" ] || [ -z "${PORTAINER_ADMIN_PASSWORD_FILE:-}" ]; then
  echo "live: contract skipped: set PORTAINER_URL and PORTAINER_ADMIN_PASSWORD_FILE to run it against a real, fresh Portainer."
else
  "$build/bin/contract-replay" tests/recordings --url "$PORTAINER_URL" --admin-password-file "$PORTAINER_ADMIN_PASSWORD_FILE"
fi

if [ -z "${PORTAINER_URL:-}" ] || [ -z "${PORTAINER_API_KEY_FILE:-}" ] || [ -z "${MOORING_LIVE_DOCKER:-}" ]; then
  echo "live: \"break it by hand\" skipped: set PORTAINER_URL, PORTAINER_API_KEY_FILE and MOORING_LIVE_DOCKER to run it on a host of yours."
else
  python3 tests/live/break_by_hand.py --mooring "$mooring" --url "$PORTAINER_URL" --token-file "$PORTAINER_API_KEY_FILE" \
    --docker "$MOORING_LIVE_DOCKER" --environment "${MOORING_LIVE_ENVIRONMENT:-1}" --image "${MOORING_LIVE_IMAGE:-busybox:stable}"
fi

if [ -z "${PORTAINER_URL:-}" ] || [ -z "${PORTAINER_API_KEY_FILE:-}" ] || [ -z "${MOORING_LIVE_PREFIX:-}" ] || [ -z "${MOORING_LIVE_ENVIRONMENT:-}" ]; then
  echo "live: writes skipped: set PORTAINER_URL, PORTAINER_API_KEY_FILE, MOORING_LIVE_ENVIRONMENT and MOORING_LIVE_PREFIX to let Mooring write there."
else
  python3 tests/live/writes.py --mooring "$mooring" --url "$PORTAINER_URL" --token-file "$PORTAINER_API_KEY_FILE" \
    --environment "$MOORING_LIVE_ENVIRONMENT" --prefix "$MOORING_LIVE_PREFIX" --image "${MOORING_LIVE_IMAGE:-busybox:stable}"
fi
