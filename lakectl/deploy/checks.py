"""What must hold after everything is applied: bodies that compile, and lints that return no row."""

import psycopg
from psycopg import sql

from lakectl.deploy.runner import cause, queries
from lakectl.deploy.source import NOTHING_CHANGED, Source, Tree
from lakectl.errors import LakeError

SHOWN = 20
COLUMNS = ["lint", "object", "problem", "remedy"]


def check(connection: psycopg.Connection, tree: Tree) -> None:
    """Raises LakeError that lists what was found, with file and line."""
    connection.execute(queries["lint_state"])
    problems = _sql_functions(connection, tree)
    # A function that does not parse would only make the other findings harder to read.
    problems = problems or _plpgsql_functions(connection, tree)
    connection.execute(queries["lint_state"])
    for lint in tree.lints:
        problems += _lint(connection, lint)
    if problems:
        more = [f"… and {len(problems) - SHOWN} more."] if len(problems) > SHOWN else []
        raise LakeError("\n".join(problems[:SHOWN] + more), NOTHING_CHANGED, 3)


def _sql_functions(connection: psycopg.Connection, tree: Tree) -> list[str]:
    """Bodies of SQL functions, unread so far: they were made with check_function_bodies = off."""
    problems = []
    for oid, name, body, search_path in connection.execute(queries["sql_functions"]).fetchall():
        connection.execute(queries["set_search_path"], {"search_path": search_path})
        try:
            with connection.transaction():
                connection.execute(queries["check_sql_function"], {"oid": oid})
        except psycopg.Error as error:
            position = int(error.diag.internal_position or 1)
            problems.append(_located(tree, name, body, body.count("\n", 0, position - 1) + 1, cause(error)))
    return problems


def _plpgsql_functions(connection: psycopg.Connection, tree: Tree) -> list[str]:
    row = connection.execute(queries["plpgsql_check_schema"]).fetchone()
    if row is None:
        raise LakeError(
            "The migrations do not make the extension plpgsql_check, which a deploy checks functions with.",
            NOTHING_CHANGED,
            3,
        )
    query = sql.SQL(queries["plpgsql_check"].decode()).format(schema=sql.Identifier(row[0]))
    return [
        _located(tree, name, body, line or 1, f"{message}. {hint}" if hint else message)
        for name, body, line, message, hint in connection.execute(query).fetchall()
    ]


def _located(tree: Tree, name: str, body: str, line: int, problem: str) -> str:
    """The problem of a function's body, with the file that defines it."""
    for source in (*tree.repeatables, *tree.migrations):
        if body not in source.text:
            continue
        for statement in source.statements:
            if statement.body is not None and statement.body[0] == body:
                return (
                    f"{source.path}, line {statement.body[1] + line - 1}: {problem.rstrip('.')}, in {name}."
                )
    return f"{name}, line {line} of its body: {problem.rstrip('.')}."


def _lint(connection: psycopg.Connection, lint: Source) -> list[str]:
    if len(lint.statements) != 1:
        raise LakeError(f"{lint.path} must hold one SELECT.", NOTHING_CHANGED, 3)
    try:
        cursor = connection.execute(lint.text.encode())
    except psycopg.Error as error:
        position = int(error.diag.statement_position or 1)
        line = lint.text.count("\n", 0, position - 1) + 1
        raise LakeError(f"{lint.path}, line {line}: {cause(error)}.", NOTHING_CHANGED, 3) from None
    if [column.name for column in cursor.description or ()] != COLUMNS:
        raise LakeError(f"{lint.path} must return the columns {', '.join(COLUMNS)}.", NOTHING_CHANGED, 3)
    return [
        f"{lint.path}, line {lint.statements[0].line}: {item}: {problem.rstrip('.')}. {remedy}"
        for _, item, problem, remedy in cursor.fetchall()
    ]
