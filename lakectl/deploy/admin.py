"""The password that lakectl itself logs in with."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from lakectl import credentials, database
from lakectl.config import Settings
from lakectl.deploy.runner import queries


@contextmanager
def admin_password(settings: Settings, connection: psycopg.Connection) -> Iterator[None]:
    """Around the commit: a password for lake_admin where this machine or the server has none.

    The file is written first and taken back when the commit fails: a file without its commit is mended by the
    next deploy as long as the server has no password, a commit without its file never would be.
    """
    row = connection.execute(queries["role_password"], {"role": database.ADMIN}).fetchone()
    known = credentials.exists(settings, database.ADMIN)
    if row is None or (known and row[0]):
        yield
        return
    if not known:
        credentials.write(settings, database.ADMIN, credentials.generate())
    password = credentials.read(settings, database.ADMIN)
    verifier = database.encrypt_password(connection, database.ADMIN, password)
    try:
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(database.ADMIN), sql.Literal(verifier))
        )
        yield
    except BaseException:
        if not known:
            credentials.remove(settings, database.ADMIN)
        raise
