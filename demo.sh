#!/usr/bin/env bash
# Shows Vedette at work in half a minute: starts it on free loopback ports in a temporary folder, replays an attack
# among ordinary lines through its real listeners, shows the alerts, and leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")"
if ! command -v node >/dev/null; then
  echo "demo.sh needs Node.js 20.19 or newer (https://nodejs.org)." >&2
  exit 1
fi
if [ ! -d node_modules ]; then
  echo "Installing (once; better-sqlite3 compiles, about a minute) …"
  npm ci --no-audit --no-fund
elif [ ! -f dist/main.js ]; then
  npm run --silent build
fi
exec node scripts/demo.mjs "$@"
