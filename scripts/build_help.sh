#!/usr/bin/env bash
# Builds the help behind the start of everything else, which does not wait for it.
set -u
log=.venv/.stamps/help.log
nohup nice -n 10 sh -c 'sleep 20; make --no-print-directory .venv/.stamps/docs && .venv/bin/python manage.py build_help' \
  >"$log" 2>&1 </dev/null &
