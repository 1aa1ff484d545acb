"""A pytest plugin of `tests.run`: which tests need a database, and what the end of a run needs."""

from collections.abc import Iterator

import pytest

END_OTHER_SESSIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)

DATABASE_FIXTURES = {"db", "transactional_db"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches no database, before markers choose: it is the same on every one."""
    for item in items:
        if not uses_database(item):
            item.add_marker("without_database")


def uses_database(item: pytest.Item) -> bool:
    """Whether pytest-django lets this test at the database; it refuses it to any other."""
    fixtures = set(getattr(item, "fixturenames", ()))
    is_marked = item.get_closest_marker("django_db") is not None
    return is_marked or bool(fixtures & DATABASE_FIXTURES)


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
