import sys

from trader.worker.warm_up import uncompiled, warm_up


def test_warm_up_runs_every_kernel():
    warm_up()
    assert uncompiled(dict(sys.modules)) == []
