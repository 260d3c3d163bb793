"""`lakectl deploy`: bring a server to the state of db/ in one transaction, or change nothing."""

import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from lakectl import database
from lakectl.config import Settings
from lakectl.deploy import migrate
from lakectl.deploy.ledger import Ledger
from lakectl.deploy.repeatables import Repeatables
from lakectl.deploy.runner import queries
from lakectl.deploy.source import Tree, read_tree


@dataclass
class Report:
    """What a deploy did: files by path, objects as DROP names them, seconds."""

    migrations: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def nothing_to_do(self) -> bool:
        return not (self.migrations or self.files or self.dropped)


def default_folder() -> Path:
    """db/ of the checkout, else the copy inside the installed package."""
    package = Path(__file__).parents[1]
    checkout = package.parent / "db"
    return checkout if checkout.is_dir() else package / "_recipe" / "db"


def deploy(settings: Settings, folder: Path | None = None) -> Report:
    """Bring the server to the state of `folder` (db/).

    Raises LakeError with file, line and cause; the database is then exactly as it was.
    """
    started = time.monotonic()
    tree = read_tree(folder or default_folder(), settings)
    connection = database.superuser(settings)
    try:
        connection.prepare_threshold = None
        report = _run(connection, tree)
        connection.commit()
    finally:
        connection.close()
    report.seconds = time.monotonic() - started
    return report


def _run(connection: psycopg.Connection, tree: Tree) -> Report:
    ledger = Ledger(connection)
    ledger.open()
    applied = ledger.applied()
    migrate.refuse_rewritten_history(tree, applied)
    here = {source.path: source.sha256 for source in tree}
    changed = {path for path, digest in here.items() if applied.get(path) != digest}
    gone = set(applied) - set(here)
    report = Report()
    if not changed and not gone:
        return report

    backend, pending = migrate.pending(connection, tree)
    connection.execute(queries["start_recording"])
    repeatables = Repeatables(connection, ledger, tree.repeatables)
    for migration in pending:
        backend.apply_one(migration)
        ledger.mark(migration.sql)
        report.migrations.append(migration.sql.path)
    repeatables.run(changed, gone, everything_after=bool(pending))
    report.files = repeatables.applied
    report.dropped = repeatables.dropped
    for lint in tree.lints:
        ledger.mark(lint)
    connection.execute(queries["stop_recording"])
    return report
