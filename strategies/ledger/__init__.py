"""The trial ledger: what was tried, how many that makes, and what luck does among them.

`weighing` is the worker's part, numbers of one result; `trials` writes and counts rows; `odds`
reads where a stored result stands.
"""

from strategies.ledger.trials import (
    luck_of,
    record_search,
    record_try,
    trial_digest,
    tried_on,
)

__all__ = ["luck_of", "record_search", "record_try", "trial_digest", "tried_on"]
