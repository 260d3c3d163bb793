"""From an empty machine to a loaded lake with four answers, in one call."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lakectl import database, people
from lakectl.config import Settings
from lakectl.deploy import deploy
from lakectl.embed import Library, embed_user
from lakectl.engine import choose
from lakectl.load.loader import Account, LoadOptions, Status, load
from lakectl.sample import write_sample

USER = "demo"
SAMPLE_BYTES = 20_000_000


@dataclass(frozen=True)
class Answer:
    """A question, the SQL that answers it, and what it gives: rows as {column: value}."""

    question: str
    statement: str
    rows: Sequence[dict[str, Any]]


def prepare(
    settings: Settings, say: Callable[[str], None], watch: Callable[[Status], AbstractContextManager[None]]
) -> Account:
    """Start and deploy the lake, add the user `demo`, load a synthetic export. Every step can be repeated."""
    say(choose(settings).up(say))
    report = deploy(settings)
    say("The lake is deployed." if not report.nothing_to_do else "The lake was deployed already.")
    if not any(user["name"] == USER for user in people.list_users(settings)):
        say(f"Made the user {USER}: {people.add_user(settings, USER).role}.")
    sample = settings.home / "demo" / "takeout-20240630T120000Z-001.zip"
    if not sample.exists():
        sample.parent.mkdir(parents=True, exist_ok=True)
        write_sample(sample, SAMPLE_BYTES)
        say(f"Wrote the history of an invented person: {sample}")
    account = load(settings, USER, [sample], LoadOptions(), watch)
    embed_user(settings, USER, Library(), lambda _done, _total: None)
    return account


def answers(settings: Settings) -> Iterator[Answer]:
    """The queries of demo.sql, run as the user `demo`."""
    statements = database.named_queries((Path(__file__).parent / "demo.sql").read_text(encoding="utf-8"))
    with database.user(settings, USER) as connection:
        for question, statement in statements.items():
            yield Answer(question, statement.decode(), database.run(connection, statement))
