"""Plans of queries as a user runs them, and what must hold of them: nobody pays for other users' rows."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg

from e2e.users import User, rows

Node = dict[str, Any]
# Fewer rows than this are read faster than any index.
SMALL = 500
# Shared by all users on purpose: lake.search goes on from it until it has enough of the user's own.
SHARED_INDEXES = {"text_embedding"}


def explain_as(user: User, statement: str) -> Node:
    """The plan of `statement` for `user`, logged in as itself."""
    with user.connect() as connection:
        return explain(connection, statement)


def explain(connection: psycopg.Connection, statement: str) -> Node:
    """The root of the plan, as EXPLAIN gives it in JSON."""
    plan = rows(connection, f"EXPLAIN (VERBOSE, FORMAT JSON) {statement}")[0][0][0]["Plan"]
    assert isinstance(plan, dict)
    return plan


def inner_plans(superuser: psycopg.Connection, user: User, statement: str) -> list[Node]:
    """The plans of all statements that functions called by `statement` run, by auto_explain."""
    found: list[Node] = []

    def keep(notice: psycopg.errors.Diagnostic) -> None:
        message = notice.message_primary or ""
        if "plan:" in message:
            found.append(json.loads(message.split("plan:", 1)[1])["Plan"])

    settings = {
        "auto_explain.log_min_duration": "0",
        "auto_explain.log_nested_statements": "on",
        "auto_explain.log_format": "json",
        "auto_explain.log_verbose": "on",
        "client_min_messages": "log",
    }
    superuser.add_notice_handler(keep)
    try:
        with superuser.transaction(force_rollback=True):
            superuser.execute("LOAD 'auto_explain'")
            for name, value in settings.items():
                superuser.execute("SELECT set_config(%s, %s, true)", [name, value])
            superuser.execute(f"SET LOCAL SESSION AUTHORIZATION {user.role}".encode())
            superuser.execute(statement.encode())
    finally:
        superuser.remove_notice_handler(keep)
    return found


def nodes(plan: Node) -> Iterator[Node]:
    """Every node of a plan, from the top."""
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def shared_tables(superuser: psycopg.Connection) -> dict[str, int]:
    """Relations that hold rows of several users, partitions and chunks too, each with its number of rows."""
    return {
        name: int(count)
        for name, count in rows(
            superuser,
            "SELECT format('%I.%I', n.nspname, c.relname), c.reltuples FROM pg_class AS c "
            "JOIN pg_namespace AS n ON n.oid = c.relnamespace "
            "JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'user_id' AND NOT a.attisdropped "
            "WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^(pg_|user_[1-9]|information_schema)'",
        )
    }


def assert_no_foreign_scan(plan: Node, tables: dict[str, int]) -> None:
    """No table of several users is read but through an index on user_id; see shared_tables()."""
    for node in nodes(plan):
        table = f"{node.get('Schema', '')}.{node.get('Relation Name', '')}"
        kind = node["Node Type"]
        if kind == "Seq Scan" and table in tables:
            assert tables[table] < SMALL, f"a sequential scan of {table}: {json.dumps(node, indent=1)}"
        if (kind in {"Index Scan", "Index Only Scan"} and table in tables) or kind == "Bitmap Index Scan":
            if node["Index Name"].split("_chunk_")[-1] in SHARED_INDEXES:
                continue
            condition = node.get("Index Cond", "")
            assert "user_id" in condition or tables.get(table, SMALL) < SMALL, (
                f"{node['Index Name']} is read for all users: {json.dumps(node, indent=1)}"
            )
