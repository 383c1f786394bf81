#!/usr/bin/env bash
# Every check that reads the code without running the product. All of them run; the exit status is 1 if any failed.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=()

check() { # check NAME COMMAND…
    local name=$1 begun=$SECONDS
    shift
    if "$@" >"$log" 2>&1; then
        printf '  ok    %-34s %3d s\n' "$name" $((SECONDS - begun))
    else
        printf '  FAIL  %-34s %3d s\n' "$name" $((SECONDS - begun))
        tail -n 60 "$log"
        failed+=("$name")
    fi
}
# Nothing of the caller's environment may decide what is clean.
unset DATABASE_URL REDIS_URL "${!KAIGONG_@}"
data=$(mktemp -d)
trap 'rm -rf "$log" "$data"' EXIT
key=$(python3 -c 'import secrets; print(secrets.token_urlsafe(64))')
manage() { env KAIGONG_DATA_DIR="$data" KAIGONG_SECRET_KEY="$key" "$@"; }
production() {
    manage DATABASE_URL=postgres://kaigong:secret@db.example.org/kaigong REDIS_URL=redis://redis.example.org/0 \
        KAIGONG_HTTPS=true KAIGONG_ALLOWED_HOSTS=kaigong.example.org \
        KAIGONG_TRUSTED_ORIGINS=https://kaigong.example.org "$@"
}

check "ruff format" "$bin/ruff" format --check --output-format concise .
check "ruff check" "$bin/ruff" check --no-cache --output-format concise .
check "mypy" "$bin/mypy"
check "imports run one way" "$bin/lint-imports"
check "djlint" "$bin/djlint" --lint --quiet templates
check "every text has its Chinese" "$bin/python" scripts/messages.py missing
check "packages are pinned as asked" "$bin/python" scripts/locked.py
check "no migration is missing" manage "$bin/python" manage.py makemigrations --check --dry-run
check "manage.py check" manage "$bin/python" manage.py check --fail-level WARNING
check "manage.py check --deploy" production "$bin/python" manage.py check --deploy --fail-level WARNING
check "static files gather" manage "$bin/python" manage.py collectstatic --noinput --verbosity 0
if [ ${#failed[@]} -gt 0 ]; then
    (IFS=,; echo "failed: ${failed[*]}")
    exit 1
fi
echo "all checks passed"
