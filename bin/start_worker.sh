#!/bin/sh
# The name people type today. Everything after it is passed on to elastic-worker.
exec node "$(dirname -- "$(readlink -f -- "$0")")/elastic-worker.js" "$@"
