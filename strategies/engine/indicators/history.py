"""Values of earlier bars that a node keeps in its memory. Not a pack.

Plain loops: array expressions take numba many times longer to compile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from strategies.engine.jit import kernel

if TYPE_CHECKING:
    from strategies.engine.types import Floats


@kernel
def joined_nb(memory: Floats, first: int, size: int, values: Floats) -> Floats:
    """`size` values kept in the memory from `first` on, and the new ones after them."""
    joined = np.empty(size + values.shape[0])
    for i in range(size):
        joined[i] = memory[first + i]
    for i in range(values.shape[0]):
        joined[size + i] = values[i]
    return joined


@kernel
def keep_nb(memory: Floats, first: int, joined: Floats, n_new: int) -> None:
    """Keep the end of a joined array in the memory for the bars to come."""
    for i in range(joined.shape[0] - n_new):
        memory[first + i] = joined[n_new + i]
