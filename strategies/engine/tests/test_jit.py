import subprocess
import sys

from strategies.engine import jit
from strategies.engine.jit import Kernel, kernel, source_digest

IMPORTS = """
import sys
from strategies.engine.indicators.catalogue import TEMPLATES
import strategies.engine.program.program, strategies.engine.nodes.groups, strategies.engine.report
assert "ema_stack" in TEMPLATES
print(int("numba" in sys.modules))
"""


def test_describing_strategies_never_loads_numba():
    answer = subprocess.run(
        [sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "0"


@kernel
def twice_nb(x):
    return x + x


@kernel
def four_times_nb(x):
    return twice_nb(twice_nb(x))


def test_a_kernel_compiles_with_the_kernels_it_calls():
    assert four_times_nb(2.5) == 10.0
    assert four_times_nb.python(2.5) == 10.0


def test_a_kernel_that_others_take_in_is_called_by_python_as_well():
    assert four_times_nb(1.5) == 6.0
    assert twice_nb(1.5) == 3.0
    assert isinstance(twice_nb, Kernel)


def test_what_others_take_in_has_no_way_in_from_python_and_no_cache():
    assert twice_nb.inner().targetoptions["no_cpython_wrapper"]
    assert twice_nb.inner().stats.cache_path is None
    assert twice_nb.compiled().stats.cache_path is not None


def test_a_kernel_knows_what_it_takes_in():
    assert four_times_nb.taken_in() == [twice_nb]


def test_the_digest_changes_with_any_engine_source(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text("x = 1")
    monkeypatch.setattr(jit, "ENGINE_DIR", tmp_path)
    before = source_digest()
    (tmp_path / "a.py").write_text("x = 2")
    assert source_digest() != before


def test_tests_do_not_change_the_digest(tmp_path, monkeypatch):
    monkeypatch.setattr(jit, "ENGINE_DIR", tmp_path)
    before = source_digest()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("x = 2")
    assert source_digest() == before
