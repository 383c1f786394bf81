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
rm -f "$folder"/stamp-*
scripts/venv.sh "$folder" requirements-mining.txt
touch "$stamp"
