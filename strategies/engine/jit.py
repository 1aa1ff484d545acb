"""Kernels that compile on their first call, so that importing them costs nothing.

Web processes read the catalogue and must not load numba; workers and commands call kernels.
numba invalidates its disk cache by the file of the outer function alone, which would keep stale
code of an inlined function from another file: the cache folder therefore carries a digest of all
engine sources.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

ENGINE_DIR = Path(__file__).parent


def source_digest() -> str:
    """Digest of every engine source file that can hold a kernel."""
    digest = hashlib.sha256()
    for path in sorted(ENGINE_DIR.rglob("*.py")):
        if "tests" not in path.parts:
            digest.update(str(path.relative_to(ENGINE_DIR)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _load_numba() -> ModuleType:
    import numba  # a third of a second and 60 MB, which web processes are spared

    # What NUMBA_CACHE_DIR said, else beside the source.
    config: Any = numba.config
    config.CACHE_DIR = str(Path(config.CACHE_DIR or ENGINE_DIR / "__pycache__") / source_digest())
    return numba


class Kernel(Generic[P, R]):
    """A function that numba compiles when it is first called."""

    def __init__(self, python: Callable[P, R], **flags: bool) -> None:
        self.python = python
        self._flags = flags
        self.__name__ = python.__name__
        self.__doc__ = python.__doc__
        self._compiled: Callable[P, R] | None = None

    def compiled(self) -> Callable[P, R]:
        if self._compiled is None:
            numba = _load_numba()
            scope: dict[str, object] = self.python.__globals__
            for name in self.python.__code__.co_names:
                called = scope.get(name)
                if isinstance(called, Kernel):
                    # numba resolves callees through the module: hand it the compiled one.
                    scope[name] = called.compiled()
            compiled = numba.njit(cache=True, **self._flags)(self.python)
            self._compiled = cast(Callable[P, R], compiled)
        return self._compiled

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return (self._compiled or self.compiled())(*args, **kwargs)


def kernel(python: Callable[P, R]) -> Kernel[P, R]:
    """Mark a function as a kernel: compiled on first call, cached on disk, strict IEEE order."""
    return Kernel(python)


def lean(python: Callable[P, R]) -> Kernel[P, R]:
    """A kernel that neither makes arrays nor keeps any, so none of its references are counted.

    Counting them on every bar costs ten times what a walk does.
    """
    return Kernel(python, _nrt=False)


def inlined(python: Callable[P, R]) -> Kernel[P, R]:
    """A lean kernel that callers take in whole: handing over many arrays costs more than it."""
    return Kernel(python, _nrt=False, forceinline=True)
