"""What tests share: the test server's settings, a superuser's connection, databases of a test's own.

The server is the lake of $LAKE_HOME, which `make test` starts. Without it tests fail; none is skipped.
"""

import dataclasses
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import conninfo, sql

from lakectl import database, people
from lakectl.config import Settings, load_settings
from lakectl.deploy import deploy
from lakectl.embed import Library, embed_user
from lakectl.load.loader import LoadOptions, load
from lakectl.sample import write_sample


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Settings of the test server, from the environment."""
    if "LAKE_HOME" not in os.environ:
        pytest.fail("LAKE_HOME is not set: run the tests with `make test`, which starts a server for them.")
    return load_settings()


@pytest.fixture(scope="session")
def superuser(settings: Settings) -> Iterator[psycopg.Connection]:
    """A connection as the bootstrap superuser, in autocommit, to the server's main database."""
    with database.connect(settings, database.SUPERUSER, autocommit=True) as connection:
        yield connection


@contextmanager
def new_database(settings: Settings, superuser: psycopg.Connection, home: Path) -> Iterator[Settings]:
    """Settings of a new, empty database on the test server, with a LAKE_HOME of its own; dropped afterwards.

    Roles belong to the whole cluster, and so do the credentials, which are the test server's own.
    """
    name = f"test_{uuid4().hex[:12]}"
    superuser.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    home.mkdir()
    (settings.home / "credentials").mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / "credentials").symlink_to(settings.home / "credentials")
    dsn = conninfo.make_conninfo(database.dsn(settings, database.SUPERUSER), dbname=name)
    engine = dataclasses.replace(settings.engine, kind="external", dsn=dsn)
    fresh = dataclasses.replace(settings, home=home, engine=engine)
    endpoint = {
        "engine": "external",
        "host": superuser.info.host,
        "port": superuser.info.port,
        "dbname": name,
    }
    database.write_endpoint(fresh, endpoint)
    try:
        yield fresh
    finally:
        superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def fresh_database(settings: Settings, superuser: psycopg.Connection, tmp_path: Path) -> Iterator[Settings]:
    """An empty database of this test's own."""
    with new_database(settings, superuser, tmp_path / "home") as fresh:
        yield fresh


@pytest.fixture(scope="module")
def lake(
    settings: Settings, superuser: psycopg.Connection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """A database of this module's own, with db/ deployed to it."""
    with new_database(settings, superuser, tmp_path_factory.mktemp("lake") / "home") as fresh:
        deploy(fresh)
        yield fresh


@pytest.fixture(scope="session")
def sample_user(
    settings: Settings, superuser: psycopg.Connection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[psycopg.Connection]:
    """Logged in as a user whose synthetic export is loaded, embedded and counted."""
    name = f"sample-{uuid4().hex[:8]}"
    people.add_user(settings, name)
    export = tmp_path_factory.mktemp("sample") / "takeout-20240630T120000Z-001.zip"
    write_sample(export, 4_000_000)
    load(settings, name, [export], LoadOptions(), lambda _: nullcontext())
    embed_user(settings, name, Library(), lambda _done, _total: None)
    superuser.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY analytics.activity_of_all_users")
    with database.user(settings, name, autocommit=True) as connection:
        yield connection


class SmallTree:
    """A db/ of a few files in a temporary folder: enough of a lake to deploy in half a second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("migrations/0001_roles_and_schemas.sql", ROLES_AND_SCHEMAS)
        self.write("migrations/0002_note.sql", NOTE)
        self.write("functions/lake/shout.sql", SHOUT)
        self.write("views/lake/notes.sql", NOTES)
        self.write("policies/user_data.sql", POLICIES)

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def remove(self, path: str) -> None:
        (self.folder / path).unlink()


ROLES_AND_SCHEMAS = """\
DO $$
DECLARE
  v_role text;
BEGIN
  FOREACH v_role IN ARRAY ARRAY['lake_owner', 'lake_service', 'lake_user'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role) THEN
      EXECUTE format('CREATE ROLE %I', v_role);
    END IF;
  END LOOP;
END $$;
CREATE SCHEMA ext;
GRANT USAGE ON SCHEMA ext TO PUBLIC;
CREATE EXTENSION plpgsql_check SCHEMA ext;
CREATE SCHEMA lake;
CREATE SCHEMA user_data;
GRANT USAGE, CREATE ON SCHEMA lake, user_data, ops TO lake_owner;
GRANT USAGE ON SCHEMA lake, user_data TO lake_user;
"""
NOTE = """\
SET LOCAL ROLE lake_owner;
CREATE TABLE user_data.note (user_id bigint, id bigint, title text, PRIMARY KEY (user_id, id));
"""
SHOUT = """\
-- Says it louder.
CREATE OR REPLACE FUNCTION lake.shout(p_text text) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
  RETURN upper(p_text) || '!';
END
$$;
COMMENT ON FUNCTION lake.shout(text) IS 'Says it louder.';
GRANT EXECUTE ON FUNCTION lake.shout(text) TO lake_user;
"""
NOTES = """\
CREATE OR REPLACE VIEW lake.notes WITH (security_invoker = true) AS
SELECT id, lake.shout(title) AS title FROM user_data.note;
GRANT SELECT ON lake.notes TO lake_user;
"""
POLICIES = """\
ALTER TABLE user_data.note ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own ON user_data.note;
CREATE POLICY own ON user_data.note USING (true);
GRANT SELECT ON user_data.note TO lake_user;
"""


@pytest.fixture
def small_tree(tmp_path: Path) -> SmallTree:
    return SmallTree(tmp_path / "db")
