# Sourced by the other scripts: where the data lies, and the machine's own secret key (never in the repository).
export KAIGONG_DATA_DIR=${KAIGONG_DATA_DIR:-$PWD/var}
if [ -z "${KAIGONG_SECRET_KEY:-}${KAIGONG_SECRET_KEY_FILE:-}" ]; then
    export KAIGONG_SECRET_KEY_FILE=$KAIGONG_DATA_DIR/secret.key
    if [ ! -s "$KAIGONG_SECRET_KEY_FILE" ]; then
        mkdir -p "$KAIGONG_DATA_DIR"
        (umask 077 && python3 -c 'import secrets; print(secrets.token_urlsafe(48), end="")' >"$KAIGONG_SECRET_KEY_FILE")
    fi
fi
