#!/usr/bin/env bash
# Bring the database to the newest migration and gather the static files; each only when something changed.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/environment.sh
stamps=$KAIGONG_DATA_DIR/stamps
mkdir -p "$stamps"

hash_of() { { echo "$1" && find "${@:2}" -type f -print0 | sort -z | xargs -0r sha256sum; } | sha256sum | cut -c1-32; }

# A stamp speaks of one database only: a deleted or replaced file is migrated again.
database_now() {
    echo "${DATABASE_URL:-$(stat -c '%n %i' "$KAIGONG_DATA_DIR/kaigong.sqlite3" 2>/dev/null || echo missing)}"
}
schema_now() {
    # Viewflow, axes and Django bring migrations of their own: the lock file stands for them.
    hash_of "$(database_now)" requirements.txt workflows/*/migrations {workflows,permits,notifications}/migrations \
        -not -name '*.pyc'
}
if [ "$(cat "$stamps/database" 2>/dev/null)" != "$(schema_now)" ]; then
    echo "== database"
    .venv/bin/python manage.py migrate --verbosity 0
    schema_now >"$stamps/database"
fi

assets=$(hash_of "$KAIGONG_DATA_DIR" requirements.txt static)
if [ "$(cat "$stamps/static" 2>/dev/null)" != "$assets" ] || [ ! -d "$KAIGONG_DATA_DIR/static" ]; then
    echo "== static files"
    .venv/bin/python manage.py collectstatic --noinput --clear --verbosity 0
    echo "$assets" >"$stamps/static"
fi
