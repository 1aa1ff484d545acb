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
from types import FunctionType, ModuleType
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


class _Scope(dict[str, object]):
    """The names of a kernel's module; a kernel among them is what others take in of it."""

    def __getitem__(self, name: str) -> object:
        found = super().__getitem__(name)
        return found.inner() if isinstance(found, Kernel) else found


class Kernel(Generic[P, R]):
    """A function that numba compiles when it is first called.

    It is compiled in two forms. As Python calls it, it has a way in that unpacks Python's objects,
    and is cached on disk. As other kernels take it in, it has neither: both would take longer than
    all the rest. That form is made only where a kernel that takes it in is not in the cache.
    """

    def __init__(self, python: Callable[P, R], **flags: bool | str) -> None:
        self.python = python
        self._flags = flags
        self.__name__ = python.__name__
        self.__doc__ = python.__doc__
        self._compiled: Callable[P, R] | None = None
        self._inner: Callable[P, R] | None = None

    @property
    def is_called(self) -> bool:
        """Whether Python has called it in this process."""
        return self._compiled is not None

    def taken_in(self) -> list[Kernel[..., object]]:
        """The kernels it calls itself."""
        scope = self.python.__globals__
        found = (scope.get(name) for name in self.python.__code__.co_names)
        return [one for one in found if isinstance(one, Kernel)]

    def compiled(self) -> Callable[P, R]:
        """As Python calls it."""
        if self._compiled is None:
            self._compiled = self._jit(cache=True)
        return self._compiled

    def inner(self) -> Callable[P, R]:
        """As other kernels take it in."""
        if self._inner is None:
            self._inner = self._jit(no_cpython_wrapper=True)
        return self._inner

    def _jit(self, **flags: bool | str) -> Callable[P, R]:
        python = self.python
        # numba finds what a kernel calls through the function's globals.
        scope = _Scope(python.__globals__)
        copy = FunctionType(python.__code__, scope, python.__name__, python.__defaults__)
        copy.__qualname__, copy.__module__ = python.__qualname__, python.__module__
        jit = _load_numba().njit(no_cfunc_wrapper=True, **self._flags, **flags)
        return cast(Callable[P, R], jit(copy))

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return (self._compiled or self.compiled())(*args, **kwargs)


def kernel(python: Callable[P, R]) -> Kernel[P, R]:
    """Mark a function as a kernel: compiled on first call, cached on disk, strict IEEE order."""
    return Kernel(python)


def columnwise(python: Callable[P, R]) -> Kernel[P, R]:
    """A kernel over whole columns in which a division by zero gives what IEEE says, not an error.

    The test that an error takes would keep the processor from dividing several bars at a time.
    """
    return Kernel(python, error_model="numpy")


def lean(python: Callable[P, R]) -> Kernel[P, R]:
    """A kernel that neither makes arrays nor keeps any, so none of its references are counted.

    Counting them on every bar costs ten times what a walk does.
    """
    return Kernel(python, _nrt=False)


def inlined(python: Callable[P, R]) -> Kernel[P, R]:
    """A lean kernel that callers take in whole: handing over many arrays costs more than it."""
    return Kernel(python, _nrt=False, forceinline=True)
