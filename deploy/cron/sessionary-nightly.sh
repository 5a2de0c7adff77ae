#!/usr/bin/env bash
# Scores yesterday, then the days that late files have touched. For cron; see README.md beside it.
#
# Settings, all by environment:
#   SESSIONARY_CONFIG       sessionary.yaml of the project (required)
#   SESSIONARY              the program (default: sessionary)
#   SESSIONARY_LOG_DIR      folder for logs, one file a night (default: logs beside the settings file's folder, nightly-logs)
#   SESSIONARY_KEEP_DAYS    logs older than this many days are removed (default: 30)
#   SESSIONARY_METRICS_DIR  folder of the node exporter's textfile collector; without it no metrics are written
#   SESSIONARY_ALERT        program that is run when something is wrong: subject as its argument, the end of the log on standard input
#   SESSIONARY_ZONE         time zone of "yesterday", as `zone` in the settings (default: UTC)
#   SESSIONARY_TIMEOUT      a step that takes longer is stopped (default: 6h)
#   SESSIONARY_RETRIES      how often a step that failed (exit code 1) is tried again (default: 1)
#   SESSIONARY_RETRY_WAIT   seconds before that (default: 300)
#
# Exit code: 0, or that of the first step that failed; 75 when the run before is still at work.
set -u -o pipefail

config=${SESSIONARY_CONFIG:?set SESSIONARY_CONFIG to the sessionary.yaml of the project}
read -r -a program <<<"${SESSIONARY:-sessionary}"
logs=${SESSIONARY_LOG_DIR:-$(dirname "$config")/nightly-logs}
zone=${SESSIONARY_ZONE:-UTC}
yesterday=${1:-$(TZ=$zone date -d yesterday +%F)}

mkdir -p "$logs" || exit 2
log=$logs/$(date -u +%FT%H%M%SZ).log

say() { printf '%s %s\n' "$(date -u +%FT%TZ)" "$*" >>"$log"; }

alert() {
  say "ALERT $1"
  if [ -n "${SESSIONARY_ALERT:-}" ]; then
    tail -n 40 "$log" | "$SESSIONARY_ALERT" "sessionary, $config: $1" >>"$log" 2>&1 || say "the alert itself failed"
  fi
}

# One night at a time: a second one would only be told that the day is locked.
exec 9>"$logs/.lock"
if ! flock --nonblock 9; then
  alert "the run before is still at work"
  exit 75
fi

meaning() {
  case $1 in
    1) echo "failed; nothing was published, and running it again is safe" ;;
    2) echo "something must be changed: settings, options or files" ;;
    3) echo "something drifted past its threshold" ;;
    124) echo "took longer than ${SESSIONARY_TIMEOUT:-6h} and was stopped" ;;
    130 | 137 | 143) echo "was stopped" ;;
    *) echo "ended with code $1" ;;
  esac
}

# step NAME ARGUMENTS…: runs the program, tries again where that may help, alerts where it did not.
step() {
  local name=$1 tries=$((${SESSIONARY_RETRIES:-1} + 1)) code=0
  shift
  local metrics=()
  if [ -n "${SESSIONARY_METRICS_DIR:-}" ]; then metrics=(--metrics "$SESSIONARY_METRICS_DIR/sessionary-$name.prom"); fi
  while [ "$tries" -gt 0 ]; do
    tries=$((tries - 1))
    code=0
    timeout --kill-after=60 "${SESSIONARY_TIMEOUT:-6h}" "${program[@]}" "$@" --config "$config" --log-format text ${metrics[@]+"${metrics[@]}"} \
      >>"$log" 2>&1 9>&- || code=$?
    if [ "$code" -ne 1 ] || [ "$tries" -eq 0 ]; then break; fi
    say "$name failed; once more in ${SESSIONARY_RETRY_WAIT:-300} s"
    sleep "${SESSIONARY_RETRY_WAIT:-300}"
  done
  if [ "$code" -ne 0 ]; then alert "$name $(meaning "$code")"; fi
  return "$code"
}

worst=0
step score score --date "$yesterday" || worst=$?
# Late files are worth a try even if yesterday failed: other days are other days.
step stale score --stale || { code=$?; [ "$worst" -ne 0 ] || worst=$code; }

find "$logs" -maxdepth 1 -name '*.log' -mtime +"${SESSIONARY_KEEP_DAYS:-30}" -delete
say "done, exit code $worst"
exit "$worst"
