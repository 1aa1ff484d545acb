from accounts.testing import alice, bob, charlie  # noqa: F401
from tests.reader import browser  # noqa: F401
