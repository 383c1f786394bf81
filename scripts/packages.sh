#!/usr/bin/env bash
# The programs that the tests need from Debian: installed when root, named in one line otherwise.
set -euo pipefail

missing=()
need() { # need PACKAGE FOUND
    [ -n "$2" ] || missing+=("$1")
}
need postgresql "$(compgen -G '/usr/lib/postgresql/*/bin/initdb' || command -v initdb || true)"
need redis-server "$(command -v redis-server || true)"
need chromium "$(command -v chromium || true)"
need fonts-noto-cjk "$(compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' || true)"
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need ${missing[*]}; on Debian: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
fi
echo "== Debian packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() { apt-get install --yes --no-install-recommends "${missing[@]}" </dev/null >"$log" 2>&1; }
# A fresh machine has no list of packages yet, an old one may have a stale list.
install || { apt-get update >"$log" 2>&1 && install; } || { tail -20 "$log" >&2; exit 1; }
