from accounts.testing import alice, bob, charlie  # noqa: F401
