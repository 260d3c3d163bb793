"""`lakectl deploy`: bring a server to the state of db/ in one transaction, or change nothing."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import errors

from lakectl import database
from lakectl.config import Settings
from lakectl.deploy.admin import admin_password
from lakectl.deploy.checks import check
from lakectl.deploy.guests import Guests
from lakectl.deploy.ledger import Ledger
from lakectl.deploy.migrate import refuse_rewritten_history, run_migrations
from lakectl.deploy.repeatable_check import check_migrations, check_repeatable
from lakectl.deploy.repeatables import Repeatables
from lakectl.deploy.runner import Refused, Runner, cause, queries
from lakectl.deploy.snapshot import Change, compare, snapshot
from lakectl.deploy.source import NOTHING_CHANGED, Tree, read_tree
from lakectl.deploy.watcher import Watcher
from lakectl.embed import load_model
from lakectl.errors import LakeError

LOCK_NOT_AVAILABLE = errors.LockNotAvailable.sqlstate


@dataclass
class Report:
    """What a deploy did, or would do: files by path, objects as DROP names them, seconds.

    `users_lost` names users' objects that stood on ours and could not be made again, `ended` the sessions of
    users that were ended because they held a lock; `changes` is filled by a plan only.
    """

    migrations: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    users_lost: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def nothing_to_do(self) -> bool:
        return not (self.migrations or self.files or self.dropped)


def default_folder() -> Path:
    """db/ of the checkout, else the copy inside the installed package."""
    package = Path(__file__).parents[1]
    checkout = package.parent / "db"
    return checkout if checkout.is_dir() else package / "_recipe" / "db"


def deploy(
    settings: Settings,
    folder: Path | None = None,
    *,
    plan: bool = False,
    progress: Callable[[str], None] = lambda path: None,
) -> Report:
    """Bring the server to the state of `folder` (db/); `plan`: find out what would change, and roll back.

    `progress` is called with the path of each file as it is applied. Raises LakeError with file, line and
    cause; the database is then exactly as it was.
    """
    started = time.monotonic()
    tree = read_tree(folder or default_folder(), settings)
    connection = database.superuser(settings)
    try:
        connection.prepare_threshold = None
        guard = database.connect(settings, database.SUPERUSER, autocommit=True)
        with Watcher(guard, connection.info.backend_pid) as watcher:
            report = _explained(connection, watcher, lambda: _run(settings, connection, tree, plan, progress))
        report.ended = watcher.ended
    finally:
        connection.close()
    report.seconds = round(time.monotonic() - started, 1)
    return report


def _explained(connection: psycopg.Connection, watcher: Watcher, run: Callable[[], Report]) -> Report:
    """Errors of the server become LakeErrors; a lock that never came says who holds it."""
    try:
        return run()
    except Refused as error:
        if error.sqlstate != LOCK_NOT_AVAILABLE:
            raise
        raise LakeError(error.message, _holders(watcher) + NOTHING_CHANGED, 3) from None
    except errors.LockNotAvailable:
        raise LakeError(
            "Another deploy is running and did not end in time.", _holders(watcher) + NOTHING_CHANGED, 3
        ) from None
    except psycopg.Error as error:
        raise LakeError(f"The deploy failed: {cause(error)}.", NOTHING_CHANGED, 3) from None


def _holders(watcher: Watcher) -> str:
    return f"It waited for {', '.join(watcher.blockers)}. " if watcher.blockers else ""


def _run(
    settings: Settings,
    connection: psycopg.Connection,
    tree: Tree,
    plan: bool,
    progress: Callable[[str], None],
) -> Report:
    ledger = Ledger(connection)
    ledger.open()
    connection.execute(queries["leave"])
    if plan:
        before = snapshot(connection)
        report = _apply(settings, connection, ledger, tree, progress)
        connection.execute(queries["leave"])
        report.changes = compare(before, snapshot(connection))
        connection.rollback()
        return report
    report = _apply(settings, connection, ledger, tree, progress)
    with admin_password(settings, connection):
        connection.commit()
    return report


def _apply(
    settings: Settings,
    connection: psycopg.Connection,
    ledger: Ledger,
    tree: Tree,
    progress: Callable[[str], None],
) -> Report:
    """Everything, in the open transaction and under the ledger's lock."""
    report = Report()
    applied = ledger.applied()
    refuse_rewritten_history(tree, applied)
    here = {source.path: source.sha256 for source in tree}
    changed = {path for path, digest in here.items() if applied.get(path) != digest}
    gone = set(applied) - set(here)
    if not changed and not gone:
        return report
    check_repeatable(source for source in tree.repeatables if source.path in changed)
    check_migrations(source for source in tree.migrations if source.path in changed)

    runner = Runner(connection, Guests(connection), progress)
    connection.execute(queries["start_recording"])
    report.migrations = run_migrations(runner, ledger, tree)
    repeatables = Repeatables(runner, ledger, tree.repeatables)
    repeatables.run(changed, gone, everything_after=bool(report.migrations))
    report.files, report.dropped = repeatables.applied, repeatables.dropped
    connection.execute(queries["stop_recording"])
    if connection.execute(queries["has_model"]).fetchone() == (True,):
        progress(settings.embedding.model)
        load_model(connection, settings)
        runner.leave()
    runner.guests.come_back()
    report.users_lost = runner.guests.lost
    progress("db/lint")
    for lint in tree.lints:
        ledger.mark(lint)
    check(connection, tree)
    return report
