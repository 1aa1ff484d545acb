"""What web processes import stays light: no compiler, no data frames."""

import subprocess
import sys

HEAVY = ("numba", "llvmlite", "pandas", "exchange_calendars", "alpaca")
PROGRAM = f"""
import sys
import django
django.setup()
import strategies.urls, strategies.api_urls
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_pages_and_api_load_no_heavy_package():
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        env={"DJANGO_SETTINGS_MODULE": "trader.settings_test", "PYTHONPATH": "."},
    )
    assert answer.stdout.strip().splitlines()[-1] == "[]"
