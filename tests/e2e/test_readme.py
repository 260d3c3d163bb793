"""The examples of README.md and of the demo work as printed, on a lake with a synthetic export in it."""

import re
from pathlib import Path

import psycopg
import pytest

from lakectl import database, people
from lakectl.config import Settings

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```sql\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
EXAMPLES = [block for block in BLOCKS if block.startswith("-- ")]
# A lake that adds up has nothing to show here.
EMPTY_IS_RIGHT = "lake.verify()"


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 14


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda block: block.splitlines()[0])
def test_example_of_the_readme(example: str, sample_user: psycopg.Connection) -> None:
    rows = sample_user.execute(example.encode()).fetchall()
    assert bool(rows) != (EMPTY_IS_RIGHT in example)


def test_answers_of_the_demo(sample_user: psycopg.Connection) -> None:
    statements = database.named_queries((ROOT / "lakectl" / "demo.sql").read_text(encoding="utf-8"))
    assert len(statements) == 4
    for question, statement in statements.items():
        assert sample_user.execute(statement).fetchall(), question


def test_service_of_the_readme(settings: Settings, sample_user: psycopg.Connection) -> None:
    """The worked example, as the login of the service itself, over TCP."""
    block = next(block for block in BLOCKS if block.startswith("BEGIN"))
    role = sample_user.info.user
    name = next(str(user["name"]) for user in people.list_users(settings) if user["role"] == role)
    login = people.add_service(settings, "readme", [name])
    with database.connect(settings, login.role, autocommit=True) as connection:
        results = [
            cursor.fetchone()
            for statement in re.sub("--.*", "", block.replace("user_1", role)).split(";")
            if statement.strip()
            and (cursor := connection.execute(statement.encode())).description is not None
        ]
        assert results[0] is not None
        assert results[0][0] > 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT count(*) FROM lake.timeline")
