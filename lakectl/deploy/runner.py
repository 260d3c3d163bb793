"""Runs the statements of a file and turns the server's refusal into file, line and cause."""

import re
from pathlib import Path

import psycopg

from lakectl.database import named_queries
from lakectl.deploy.source import Source, Statement, failure
from lakectl.errors import LakeError

queries = named_queries((Path(__file__).parent / "queries.sql").read_text(encoding="utf-8"))

INLINE_LINE = re.compile(r"inline_code_block line (\d+)")
CALLED = re.compile(r"(?:PL/pgSQL|SQL) function (\S+\([^)]*\))(?: line (\d+))?")


class Refused(LakeError):
    """The server refused a statement; keeps what is needed to try another way."""

    def __init__(self, source: Source, statement: Statement, error: psycopg.Error) -> None:
        plain = failure(source.path, error_line(statement, error), cause(error), error.diag.message_hint)
        super().__init__(plain.message, plain.hint, plain.status)
        self.sqlstate = error.sqlstate
        self.statement = statement


def error_line(statement: Statement, error: psycopg.Error) -> int:
    """Line in the file that an error of `statement` is about."""
    if error.diag.statement_position:
        return statement.line_at(int(error.diag.statement_position))
    inline = INLINE_LINE.search(error.diag.context or "")
    if inline and statement.body:
        return statement.body[1] + int(inline[1]) - 1
    return statement.line


def cause(error: psycopg.Error) -> str:
    """The server's message, with the function it came from."""
    # Functions that pass an error on put context, detail and hint into lines of their own.
    message = error.diag.message_primary or str(error).strip() or type(error).__name__
    primary = message.splitlines()[0].rstrip(".")
    if error.diag.message_detail:
        primary = f"{primary} ({error.diag.message_detail.splitlines()[0].rstrip('.')})"
    called = CALLED.search(error.diag.context or "")
    if called:
        primary += f", in {called[1]}" + (f" line {called[2]}" if called[2] else "")
    return primary


def run_statement(connection: psycopg.Connection, source: Source, statement: Statement) -> None:
    """Raises Refused."""
    try:
        connection.execute(statement.text.encode())
    except psycopg.OperationalError as error:
        if connection.closed:
            raise LakeError(
                f"{source.path}, line {statement.line}: the server closed the connection: {cause(error)}",
                "Nothing was changed; `lakectl doctor` looks at the server.",
                3,
            ) from None
        raise Refused(source, statement, error) from None
    except psycopg.Error as error:
        raise Refused(source, statement, error) from None
