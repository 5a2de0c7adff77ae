#!/bin/sh
# Started by an engine (Beam's PROCESS environment) with --id and --provision_endpoint; becomes one worker process.
here=$(cd "$(dirname "$0")" && pwd)
exec "${SESSIONARY_NODE:-node}" --enable-source-maps "${SESSIONARY_WORKER_MAIN:-$here/../dist/beam/worker/main.js}" "$@"
