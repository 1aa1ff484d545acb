"""A pytest plugin of `tests.run`: what the end of a test run needs."""

from collections.abc import Iterator

import pytest

END_OTHER_SESSIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture(scope="session", autouse=True)
def _end_stray_sessions(request: pytest.FixtureRequest) -> Iterator[None]:
    """PostgreSQL refuses to drop a database that a thread of some test is still connected to."""
    if not any("django_db" in item.keywords for item in request.session.items):
        yield
        return
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    yield
    # Plugins are loaded before there are settings.
    from django.db import connection

    if connection.vendor == "postgresql":
        with blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(END_OTHER_SESSIONS)
