#!/usr/bin/env bash
# Compiles the engine behind whatever comes next. Who needs it before it is done waits for it, sees
# how far it is, and compiles it himself if this one was stopped.
set -u
log=.venv/.stamps/engine.log
echo "Compiling the engine meanwhile ..."
nohup .venv/bin/python manage.py warm_engine >"$log" 2>&1 </dev/null &
