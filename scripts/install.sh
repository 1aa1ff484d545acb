#!/usr/bin/env bash
# Installs one requirements group into .venv; says in one line why when it can't.
set -u
group=$1
log=.venv/.stamps/install-$group.log
echo "Installing Python packages ($group) ..."
if .venv/bin/python -m pip install --quiet --no-compile --require-hashes -r "requirements/$group.txt" >"$log" 2>&1; then
  exit 0
fi
if grep -qiE 'NewConnectionError|Temporary failure in name resolution|Network is unreachable|ConnectTimeout|Max retries exceeded|Could not find a version' "$log"; then
  echo "No network: the Python packages could not be fetched. Connect and run the command again ($log)." >&2
else
  tail -n 5 "$log" >&2
  echo "The Python packages could not be installed; the whole story is in $log." >&2
fi
exit 1
