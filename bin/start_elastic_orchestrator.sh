#!/bin/sh
# The name people type today. Everything after it is passed on to elastic-tui.
exec node "$(dirname -- "$(readlink -f -- "$0")")/elastic-tui.js" "$@"
