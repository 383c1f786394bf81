#!/usr/bin/env bash
# Make the environment of the process mining tests, once for each state of its pins. pm4py brings half a gigabyte along, so
# it stands apart, and nothing of the product may import it. Two suites may ask at the same time.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=.venv-mining
stamp=$folder/stamp-$(sha256sum <requirements-mining.txt | cut -c1-16)
[ -e "$stamp" ] && exit 0
exec 9>"$folder.lock"
flock 9
[ -e "$stamp" ] && exit 0
echo "== process mining in $folder"
rm -rf "$folder"
# uv, which the development packages bring: a sixth of pip's time for so much.
.venv/bin/uv venv --quiet --python .venv/bin/python "$folder"
.venv/bin/uv pip install --quiet --require-hashes --no-deps --python "$folder/bin/python" -r requirements-mining.txt
touch "$stamp"
