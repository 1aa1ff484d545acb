import subprocess
import sys

from trader.tests.processes import ROOT
from trader.worker.warm_up import first_parts, later_parts, uncompiled

PROGRAM = """
import sys
import trader.worker.preparation
print([name for name in ("django.db", "django.apps", "pandas") if name in sys.modules])
"""


def test_the_parts_run_every_kernel():
    for part in (first_parts() | later_parts()).values():
        part.run()
    assert uncompiled(dict(sys.modules)) == []


def test_what_no_part_runs_is_named(monkeypatch):
    from strategies.engine.walk import kernel

    for part in first_parts().values():
        part.run()
    monkeypatch.setattr(kernel.squad_nb, "_compiled", None)
    assert "strategies.engine.walk.kernel.squad_nb" in uncompiled(dict(sys.modules))


def test_compiling_needs_no_django():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
