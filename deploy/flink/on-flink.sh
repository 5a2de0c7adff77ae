#!/usr/bin/env bash
# The program, on a Flink session cluster: `on-flink.sh score --date …`. As SESSIONARY in the crontab of ../cron it makes the nightly run
# one on Flink. Settings, by environment:
#   SESSIONARY_PROGRAM      the program itself (default: sessionary)
#   SESSIONARY_JOB_SERVER   host:port of Beam's job server (default: localhost:8099)
#   SESSIONARY_POOL         host:port of the worker pool as each task manager reaches it (default: localhost:50000)
#   SESSIONARY_PARALLELISM  task slots to use (default: 2)
#   SESSIONARY_FLINK_REST   http://host:port of the cluster; where it is given, no job is sent to a cluster with fewer free slots
# Exit code: that of the program; 1 where the cluster is not ready, so that the nightly wrapper tries again.
set -u -o pipefail

read -r -a program <<<"${SESSIONARY_PROGRAM:-sessionary}"
parallelism=${SESSIONARY_PARALLELISM:-2}

if [ -n "${SESSIONARY_FLINK_REST:-}" ]; then
  overview=$(curl --silent --fail --max-time 10 "$SESSIONARY_FLINK_REST/overview") || {
    echo "the Flink cluster at $SESSIONARY_FLINK_REST does not answer" >&2
    exit 1
  }
  free=$(sed -n 's/.*"slots-available":\([0-9]*\).*/\1/p' <<<"$overview")
  if [ "${free:-0}" -lt "$parallelism" ]; then
    echo "the Flink cluster has ${free:-0} free slots, $parallelism are wanted" >&2
    exit 1
  fi
fi

# exec: a signal for this script is one for the program, which then cancels the job.
exec "${program[@]}" "$@" --runner flink --parallelism "$parallelism" \
  --job-endpoint "${SESSIONARY_JOB_SERVER:-localhost:8099}" --workers "${SESSIONARY_POOL:-localhost:50000}"
