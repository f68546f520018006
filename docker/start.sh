#!/bin/sh
# Starts why403 with the secrets that make-secrets.mjs put into files; without the files it starts as it is told.
set -eu
secrets="${WHY403_SECRETS:-/run/why403}"

if [ -r "$secrets/access/tokens.json" ]; then
  WHY403_ACCESS_TOKENS="$(cat "$secrets/access/tokens.json")"
  export WHY403_ACCESS_TOKENS
fi
if [ -n "${WHY403_STORE_URL:-}" ] && [ -r "$secrets/database/password" ]; then
  WHY403_STORE_PASSWORD="$(cat "$secrets/database/password")"
  export WHY403_STORE_PASSWORD
fi
exec node "$(dirname "$0")/../server/bin/why403.js" "$@"
