"""One table of what each figure means and by which convention it is computed.

Pages show it on hover, `docs/kpis.md` and the docstrings of the engine say the same at length. A
basis names what counts as an observation, whether days without a trade count, how it is annualised,
which deviation is used, and that positions still open are left out.
"""

from strategies.conventions.analytics import ANALYTICS
from strategies.conventions.basis import Convention, Unit
from strategies.conventions.extended import EXTENDED
from strategies.conventions.figures import FIGURES

__all__ = ["CONVENTIONS", "Convention", "Unit"]

CONVENTIONS: dict[str, Convention] = {one.key: one for one in (*FIGURES, *EXTENDED, *ANALYTICS)}
