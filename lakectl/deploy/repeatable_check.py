"""A repeatable file holds only what can be repeated: read with PostgreSQL's parser, before anything runs."""

from collections.abc import Iterable
from typing import Any

from pglast import ast, enums

from lakectl.deploy.source import Source, Statement, failure

AlwaysRepeatable = (
    ast.CommentStmt
    | ast.GrantStmt
    | ast.GrantRoleStmt
    | ast.AlterDefaultPrivilegesStmt
    | ast.AlterOwnerStmt
    | ast.AlterFunctionStmt
    | ast.AlterRoleSetStmt
    | ast.SelectStmt
    | ast.CallStmt
    | ast.UpdateStmt
    | ast.DeleteStmt
    | ast.DoStmt
)
RELATION_SETTINGS = {
    enums.AlterTableType.AT_EnableRowSecurity,
    enums.AlterTableType.AT_ForceRowSecurity,
    enums.AlterTableType.AT_ChangeOwner,
    enums.AlterTableType.AT_SetRelOptions,
}


def check_repeatable(sources: Iterable[Source]) -> None:
    """LakeError with file and line for the first statement that could not be run twice."""
    for source in sources:
        # Names of what earlier statements of the file have cleared away.
        cleared: set[str] = set()
        for statement in source.statements:
            problem = _problem(statement.node, cleared)
            if problem is not None:
                line, hint = statement.line, "What runs once belongs into db/migrations."
                raise failure(source.path, line, f"this file cannot be repeated: {problem}", hint)


def _problem(node: Any, cleared: set[str]) -> str | None:  # noqa: PLR0911, PLR0912 - one case for each kind
    """Why the statement cannot be repeated; `cleared` collects what was dropped or emptied before it."""
    match node:
        case ast.CreateFunctionStmt():
            if not node.replace:
                return "CREATE FUNCTION stands without OR REPLACE"
            return None if len(node.funcname or ()) == 2 else "the function's name stands without its schema"
        case ast.ViewStmt():
            if not node.replace:
                return "CREATE VIEW stands without OR REPLACE"
            return None if "." in _name(node.view) else "the view's name stands without its schema"
        case ast.CreateTableAsStmt():
            if node.objtype != enums.ObjectType.OBJECT_MATVIEW:
                return "it makes a table"
            if not node.if_not_exists:
                return "CREATE MATERIALIZED VIEW stands without IF NOT EXISTS"
            return (
                None
                if node.into and "." in _name(node.into.rel)
                else "the view's name stands without its schema"
            )
        case ast.IndexStmt():
            return None if node.if_not_exists else "CREATE INDEX stands without IF NOT EXISTS"
        case ast.DropStmt():
            if not node.missing_ok:
                return "DROP stands without IF EXISTS"
            # A policy or trigger is the last part of its name, after its table.
            cleared.update(item[-1].sval for item in node.objects or () if isinstance(item, tuple))
            return None
        case ast.CreatePolicyStmt():
            return (
                None if node.policy_name in cleared else "CREATE POLICY stands without DROP POLICY IF EXISTS"
            )
        case ast.CreateTrigStmt():
            return None if node.replace else "CREATE TRIGGER stands without OR REPLACE"
        case ast.TruncateStmt():
            cleared.update(_name(relation) for relation in node.relations or ())
            return None
        case ast.InsertStmt():
            if node.onConflictClause or _name(node.relation) in cleared:
                return None
            return "INSERT stands without ON CONFLICT or a TRUNCATE before it"
        case ast.VariableSetStmt():
            return None if node.is_local else "SET stands without LOCAL"
        case ast.AlterTableStmt():
            commands = {command.subtype for command in node.cmds or ()}
            return None if commands <= RELATION_SETTINGS else "ALTER TABLE changes a table"
        case ast.TransactionStmt():
            return "it begins or ends a transaction, and the whole deploy is one"
    kind = type(node).__name__.removesuffix("Stmt")
    return (
        None
        if isinstance(node, AlwaysRepeatable)
        else f"{kind} is not among the statements that can be repeated"
    )


def _name(relation: Any) -> str:
    return ".".join(part for part in (relation.schemaname, relation.relname) if part)


def check_migrations(sources: Iterable[Source]) -> None:
    """LakeError with file and line for what would end the transaction or reach beyond a migration."""
    for source in sources:
        for statement in source.statements:
            problem = _beyond(statement)
            if problem is not None:
                raise failure(source.path, statement.line, problem)


def _beyond(statement: Statement) -> str | None:
    node = statement.node
    if isinstance(node, ast.TransactionStmt):
        return "a migration must not begin or end a transaction: the whole deploy is one"
    if (
        isinstance(node, ast.VariableSetStmt)
        and not node.is_local
        and node.kind != enums.VariableSetKind.VAR_RESET
    ):
        return "SET would outlive the migration: use SET LOCAL"
    if isinstance(node, ast.CopyStmt) and node.is_from and node.filename is None:
        return "COPY FROM STDIN has no input in a migration: use INSERT"
    return None
