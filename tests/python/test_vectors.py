"""The model in the database is the library's; the job and `lakectl embed` bring search up to date."""

import json
import random
from collections.abc import Iterator
from uuid import uuid4

import numpy as np
import psycopg
import pytest
from click.testing import CliRunner
from pgvector.psycopg.vector import register_vector_info
from psycopg.types import TypeInfo

from lakectl import database, people
from lakectl.cli import main
from lakectl.config import Settings
from lakectl.embed import LONGEST, Library, embed_user, load_model, model_files

TEXTS = [
    "hello",
    "Where did we eat ramen in Tokyo?",
    "Wo haben wir in München Käsespätzle gegessen? Straßenbahnhaltestelle!",
    "東京で食べたラーメンはどこでしたか",
    "Привет, мир! Где мы ели борщ?",
    "مرحبا بالعالم",
    "안녕하세요 세계",
    "🍜 ramen 👩‍👩‍👧 🏳️‍🌈",
    "naïve café résumé, e\u0301 decomposed",
    "a  b   c ",
    "  spaces before",
    "tab\there\nnew line\r\nthe end",
    "https://www.example.com/watch?v=dQw4w9WgXcQ&t=12",
    "don't 'quote' \"this\"; if(x){return y;} // 12345.678",
    "an <unk> and a <s>control</s> token, written <0x0A> out",
    "▁the mark itself▁▁",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit. " * 100,
]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


@pytest.fixture
def user(settings: Settings) -> str:
    """The name of a new lake user, with four titles, one of them twice, and an import that ended."""
    name = f"vectors-{uuid4().hex[:8]}"
    people.add_user(settings, name)
    with database.user(settings, name) as connection:
        connection.execute(
            "INSERT INTO user_data.activity (at, ident, title) SELECT at, gen_random_uuid(), title "
            "FROM (VALUES (timestamptz '2024-01-01Z', 'Noodle soup bar Menya'), "
            "('2024-01-02Z', 'Noodle soup bar Menya'), ('2024-01-03Z', 'Guitar lesson'), "
            "('2024-01-04Z', 'Tax return'), ('2024-01-05Z', 'Flight to Lisbon')) AS t(at, title)"
        )
    return name


@pytest.fixture
def loaded(user: str, settings: Settings, superuser: psycopg.Connection) -> Iterator[str]:
    role = database.role_of(settings, user)
    superuser.execute(
        "INSERT INTO imports.import (user_id, export, exported_at, state, finished_at) "
        "VALUES (substr(%s, 6)::bigint, 'a test', now(), 'done', now())",
        [role],
    )
    yield user
    superuser.execute("DELETE FROM imports.import WHERE user_id = substr(%s, 6)::bigint", [role])


def in_sql(connection: psycopg.Connection, texts: list[str]) -> np.ndarray:
    """Vectors of vectors.embed_texts(), one row for each text."""
    register_vector_info(connection, TypeInfo.fetch(connection, "ext.vector"))
    rows = connection.execute(
        "SELECT embedding FROM vectors.embed_texts(%s) ORDER BY ordinal", [texts]
    ).fetchall()
    return np.array([row[0].to_numpy() for row in rows])


def test_vectors_equal_the_librarys(superuser: psycopg.Connection, library: Library) -> None:
    generator = random.Random(1)
    alphabet = "abcdefghijklmnopqrstuvwxyz    eeaan.,-/'\"019äöüßéлав日本ラ🍜▁\n"
    noise = ["".join(generator.choices(alphabet, k=generator.randint(1, 80))) for _ in range(300)]
    texts = [*TEXTS, *(text for text in noise if text.strip())]
    cosines = (in_sql(superuser, texts) * library.embed(texts)).sum(axis=1)
    different = [(text, cosine) for text, cosine in zip(texts, cosines, strict=True) if cosine < 0.9999]
    assert different == []


def test_one_text_is_embedded_as_many_are(superuser: psycopg.Connection) -> None:
    for text in TEXTS[:8]:
        row = superuser.execute(
            "SELECT vectors.embed(%(text)s) = (SELECT embedding "
            "FROM vectors.embed_texts(ARRAY['x', %(text)s]) WHERE ordinal = 2)",
            {"text": text},
        ).fetchone()
        assert row == (True,)


def test_hostile_texts_cost_little(superuser: psycopg.Connection) -> None:
    superuser.execute("SET statement_timeout = '5s'")
    try:
        for text in ("x" * 100_000, " " * 100_000 + "a", "qz" * 50_000, "🍜" * 100_000, "<s>" * 30_000):
            assert superuser.execute("SELECT vectors.embed(%s) IS NULL", [text]).fetchone() is not None
    finally:
        superuser.execute("RESET statement_timeout")


def test_of_a_long_text_the_same_part_counts(superuser: psycopg.Connection, library: Library) -> None:
    long = "We walked along the river. " * 1000
    assert len(long) > LONGEST
    assert (in_sql(superuser, [long]) * library.embed([long])).sum() > 0.9999


def test_the_model_is_loaded_once(fresh_database: Settings) -> None:
    with database.superuser(fresh_database) as connection:
        connection.execute("CREATE SCHEMA ext; CREATE EXTENSION vector SCHEMA ext; CREATE SCHEMA vectors")
        connection.execute(
            "CREATE TABLE vectors.model (single boolean DEFAULT true, name text, dimensions integer, "
            "sha256 text, unit_pattern text);"
            "CREATE TABLE vectors.token (id integer, token text, embedding ext.vector(256));"
            "CREATE TABLE vectors.merge (left_id integer, right_id integer, rank integer, id integer);"
            "CREATE TABLE vectors.text (id integer, embedding ext.vector(256));"
        )
        assert load_model(connection, fresh_database)
        counts = "SELECT (SELECT count(*) FROM vectors.token), (SELECT count(*) FROM vectors.merge)"
        assert connection.execute(counts).fetchone() == (32_000, 61_249)
        assert not load_model(connection, fresh_database)

        connection.execute("UPDATE vectors.model SET sha256 = 'of another model'")
        connection.execute("INSERT INTO vectors.text SELECT 1, embedding FROM vectors.token LIMIT 1")
        assert load_model(connection, fresh_database)
        assert connection.execute(counts).fetchone() == (32_000, 61_249)
        assert connection.execute("SELECT embedding FROM vectors.text").fetchone() == (None,)
        assert connection.execute("SELECT sha256 FROM vectors.model").fetchall() == [
            (model_files().sha256(),)
        ]


def test_the_job_makes_an_import_searchable_and_runs_again(
    loaded: str, settings: Settings, superuser: psycopg.Connection
) -> None:
    states = []
    for _ in range(2):
        superuser.execute("SET ROLE lake_jobs")
        superuser.execute("CALL vectors.run_embed_job()")
        superuser.execute("RESET ROLE")
        with database.user(settings, loaded) as connection:
            states.append(
                connection.execute(
                    "SELECT (SELECT count(*) FROM vectors.item), array_agg((t.*)::text ORDER BY id) "
                    "FROM vectors.text t WHERE embedding IS NOT NULL"
                ).fetchone()
            )
    assert states[0] == states[1]
    assert states[0] is not None
    assert (states[0][0], len(states[0][1])) == (5, 4)


def test_a_user_who_holds_its_lock_keeps_nobody_else_waiting(
    loaded: str, settings: Settings, superuser: psycopg.Connection
) -> None:
    with database.user(settings, loaded) as holder:
        holder.execute("SELECT vectors.collect_own()")
        superuser.execute("SET ROLE lake_jobs")
        superuser.execute("CALL vectors.run_embed_job()")
        superuser.execute("RESET ROLE")
        holder.rollback()
    with database.user(settings, loaded) as connection:
        assert connection.execute("SELECT count(*) FROM vectors.text").fetchone() == (0,)


def test_embed_and_search_from_the_command_line(user: str) -> None:
    runner = CliRunner()
    first = runner.invoke(main, ["embed", "--user", user, "--json"])
    assert json.loads(first.stdout) == [{"user": user, "embedded": 4}]
    again = runner.invoke(main, ["embed", "--user", user])
    assert again.stdout == f"{user}: 0 texts embedded.\n"
    everybody = runner.invoke(main, ["embed"])
    assert f"{user}: 0 texts embedded." in everybody.stdout.splitlines()

    found = runner.invoke(
        main, ["search", "where did we eat ramen", "--user", user, "--limit", "1", "--json"]
    )
    (row,) = json.loads(found.stdout)
    assert row["title"] == "Noodle soup bar Menya"
    assert (row["occurrences"], row["match"], row["entity"]) == (2, "meaning", "activity")
    assert row["at"].startswith("2024-01-02")
    table = runner.invoke(main, ["search", "guitar", "--user", user])
    assert "2024-01-03" in table.stdout.splitlines()[1]


def test_library_and_job_give_the_same_embeddings(
    loaded: str, settings: Settings, superuser: psycopg.Connection
) -> None:
    assert embed_user(settings, loaded) == 4
    with database.user(settings, loaded) as connection:
        rows = connection.execute(
            "SELECT embedding OPERATOR(ext.<=>) vectors.embed(text) FROM vectors.text"
        ).fetchall()
    assert len(rows) == 4
    assert all(distance < 1e-4 for (distance,) in rows)
