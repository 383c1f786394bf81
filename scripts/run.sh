#!/usr/bin/env bash
# Serve the demo county in one process on this machine only: run.sh PORT
set -euo pipefail
cd "$(dirname "$0")/.."
port=${1:-8000}
source scripts/environment.sh
export KAIGONG_DEMO=${KAIGONG_DEMO:-1}

.venv/bin/python manage.py load_demo
echo
echo "Kaigong 开工 is at http://127.0.0.1:$port — Ctrl-C stops it."
# One process with threads: SQLite has one writer, and the scheduler thread lives in it. exec hands Ctrl-C straight to it.
exec .venv/bin/gunicorn config.wsgi:application --bind "127.0.0.1:$port" --workers 1 --threads 8 \
    --log-level warning --graceful-timeout 5 --no-control-socket
