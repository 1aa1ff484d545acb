"""Databases of their own on a PostgreSQL server that the tests were given."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


def with_name(url: str, name: str) -> str:
    """The same server, another database; a socket directory in the query is kept."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextlib.contextmanager
def new_database(server_url: str, template: str | None = None) -> Iterator[str]:
    """A fresh database, dropped at the end with whoever is still connected."""
    name = f"ror_{uuid.uuid4().hex[:12]}"
    identifier = sql.Identifier(name)
    with psycopg.connect(server_url, autocommit=True) as server:
        if template:
            source = sql.Identifier(template)
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(identifier, source))
        else:
            server.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
    try:
        yield with_name(server_url, name)
    finally:
        with psycopg.connect(server_url, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))
