#!/usr/bin/env bash
# Make a virtual environment and install pinned packages into it: venv.sh FOLDER REQUIREMENTS
set -euo pipefail
folder=$1 requirements=$2

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or newer is missing; on Debian 12: apt-get install python3 python3-venv" >&2
    exit 1
fi
if [ ! -x "$folder/bin/pip" ]; then
    # Debian ships python3 without ensurepip; a half-made folder would look finished to the next run.
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        echo "Python's venv is missing; on Debian 12: apt-get install python3-venv" >&2
        exit 1
    fi
    echo "== virtual environment in $folder"
    python3 -m venv "$folder"
fi
echo "== packages of $requirements"
"$folder/bin/pip" install --quiet --require-hashes --no-deps --requirement "$requirements"
