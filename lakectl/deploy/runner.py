"""Runs the statements of a file and turns the server's refusal into file, line and cause."""

import re
from collections.abc import Callable
from pathlib import Path

import psycopg
from pglast import ast

from lakectl.database import named_queries
from lakectl.deploy.guests import Guests
from lakectl.deploy.source import NOTHING_CHANGED, Source, Statement, failure
from lakectl.errors import LakeError

queries = named_queries((Path(__file__).parent / "queries.sql").read_text(encoding="utf-8"))

INLINE_LINE = re.compile(r"inline_code_block line (\d+)")
CALLED = re.compile(r"(?:PL/pgSQL|SQL) function (\S+\([^)]*\))(?: line (\d+))?")
ENTER = {
    "migrations": "enter_migration",
    "functions": "enter_owner",
    "views": "enter_owner",
    "policies": "enter_owner",
    "jobs": "enter_superuser",
}
# Dependent objects still exist; a column's type is used by a view.
IN_THE_WAY = {"2BP01", "0A000"}
MAY_MEET_GUESTS = ast.DropStmt | ast.AlterTableStmt | ast.DoStmt | ast.SelectStmt | ast.CallStmt


class Refused(LakeError):
    """The server refused a statement; keeps what is needed to try another way."""

    def __init__(self, source: Source, statement: Statement, error: psycopg.Error) -> None:
        plain = failure(source.path, error_line(statement, error), cause(error), error.diag.message_hint)
        super().__init__(plain.message, plain.hint, plain.status)
        self.sqlstate = error.sqlstate
        self.statement = statement


class Runner:
    """Runs files on the deploy's connection, each from a known state of role and settings."""

    def __init__(
        self, connection: psycopg.Connection, guests: Guests, progress: Callable[[str], None]
    ) -> None:
        self.connection = connection
        self.guests = guests
        self.progress = progress

    def enter(self, area: str) -> None:
        """Set role, search_path and the like as files of `area` expect them."""
        self.connection.execute(queries[ENTER[area]])

    def leave(self) -> None:
        """Superuser again, with a search_path that holds nobody's objects."""
        self.connection.execute(queries["leave"])

    def run(self, source: Source, statement: Statement) -> None:
        """Raises Refused. Users' own views on ours that are in the way of a change step aside."""
        if not (self.guests and isinstance(statement.node, MAY_MEET_GUESTS)):
            self._run(source, statement)
            return
        self.connection.execute("SAVEPOINT lakectl_statement")
        try:
            self._run(source, statement)
        except Refused as refused:
            if refused.sqlstate not in IN_THE_WAY:
                raise
            self.connection.execute("ROLLBACK TO SAVEPOINT lakectl_statement")
            self.guests.step_aside()
            self._run(source, statement)
        self.connection.execute("RELEASE SAVEPOINT lakectl_statement")

    def _run(self, source: Source, statement: Statement) -> None:
        try:
            self.connection.execute(statement.text.encode())
        except psycopg.Error as error:
            if self.connection.closed:
                raise LakeError(
                    f"{source.path}, line {statement.line}: the server closed the connection.",
                    f"{NOTHING_CHANGED} `lakectl doctor` looks at the server.",
                    3,
                ) from None
            raise Refused(source, statement, error) from None


def error_line(statement: Statement, error: psycopg.Error) -> int:
    """Line in the file that an error of `statement` is about."""
    if error.diag.statement_position:
        return statement.line_at(int(error.diag.statement_position))
    inline = INLINE_LINE.search(error.diag.context or "")
    if inline and statement.body:
        return statement.body[1] + int(inline[1]) - 1
    return statement.line


def cause(error: psycopg.Error) -> str:
    """The server's message in one line, with the function it came from."""
    # Functions that pass an error on put context, detail and hint into lines of their own.
    message = error.diag.message_primary or str(error).strip() or type(error).__name__
    primary = message.splitlines()[0].rstrip(".")
    if error.diag.message_detail:
        primary = f"{primary} ({error.diag.message_detail.splitlines()[0].rstrip('.')})"
    called = CALLED.search(error.diag.context or "")
    if called:
        primary += f", in {called[1]}" + (f" line {called[2]}" if called[2] else "")
    return primary
