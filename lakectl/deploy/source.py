"""The files of db/: read, rendered, split into statements by PostgreSQL's own parser."""

import bisect
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
import pglast
from pglast import ast, parser

from lakectl.config import Settings
from lakectl.errors import LakeError

NOTHING_CHANGED = "Nothing was changed."
MIGRATION_NAME = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
# Repeatable areas in the order in which they are applied.
AREAS = ("functions", "views", "policies", "jobs")


@dataclass(frozen=True)
class Statement:
    """One statement of a file: its text, the line it starts on (1-based) and its parse tree."""

    text: str
    line: int
    node: Any

    def line_at(self, position: int) -> int:
        """Line in the file of a 1-based character position in this statement."""
        return self.line + self.text.count("\n", 0, position - 1)

    @property
    def body(self) -> tuple[str, int] | None:
        """Text of a function's or DO block's body, and the line in the file it starts on."""
        if not isinstance(self.node, ast.CreateFunctionStmt | ast.DoStmt):
            return None
        arguments = self.node.args if isinstance(self.node, ast.DoStmt) else self.node.options
        given = next((item.arg for item in arguments or () if item.defname == "as"), None)
        if given is None:
            return None
        body: str = given[0].sval if isinstance(given, tuple) else given.sval
        for token in parser.scan(self.text):
            # The quoted text with its quotes; a doubled quote inside would make it differ from the body.
            if token.name == "SCONST" and body in self.text[token.start : token.end + 1]:
                return body, self.line_at(token.start + 1)
        return body, self.line


@dataclass(frozen=True)
class Source:
    """One file: `path` as users know it (db/…), its area, and its text with settings filled in."""

    path: str
    area: str
    text: str
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.text.encode()).hexdigest())

    @cached_property
    def statements(self) -> list[Statement]:
        """LakeError with file and line when PostgreSQL's grammar does not accept the text."""
        lines = [match.start() for match in re.finditer("\n", self.text)]

        def line(offset: int) -> int:
            return bisect.bisect_left(lines, offset) + 1

        try:
            parsed = pglast.parse_sql(self.text)
        except parser.ParseError as error:
            location = error.args[1] if len(error.args) > 1 and error.args[1] is not None else 0
            raise failure(self.path, line(location), str(error.args[0])) from None
        found = []
        for raw in parsed:
            start = raw.stmt_location or 0
            # No length: to the end of the text.
            end = start + raw.stmt_len if raw.stmt_len else len(self.text)
            found.append(Statement(self.text[start:end].rstrip(), line(start), raw.stmt))
        return found


@dataclass(frozen=True)
class Tree:
    """Everything under db/ that a deploy uses, each list in the order in which it is applied."""

    migrations: list[Source]
    repeatables: list[Source]
    lints: list[Source]
    released: dict[str, str]

    def __iter__(self) -> Iterator[Source]:
        yield from self.migrations
        yield from self.repeatables
        yield from self.lints


def failure(path: str, line: int, cause: str, hint: str | None = None) -> LakeError:
    """The error of a deploy: where, why, what to do."""
    return LakeError(
        f"{path}, line {line}: {cause.rstrip('.')}.",
        f"{hint} {NOTHING_CHANGED}" if hint else NOTHING_CHANGED,
        3,
    )


def read_tree(folder: Path, settings: Settings) -> Tree:
    """Read and render db/; LakeError for a file that does not belong, or cannot be read or rendered."""
    if not (folder / "migrations").is_dir():
        raise LakeError(f"There are no migrations in {folder}.", "Is this the db folder of the project?")
    environment = jinja2.Environment(
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - SQL, not HTML
    )
    environment.filters["literal"] = _literal

    def read(path: Path, area: str) -> Source:
        name = f"db/{path.relative_to(folder).as_posix()}"
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LakeError(f"{name} cannot be read: {error}.", NOTHING_CHANGED, 3) from None
        if path.suffix == ".j2":
            text = _render(environment, name, text, settings)
        return Source(name, area, text)

    migrations = []
    for path in sorted((folder / "migrations").iterdir()):
        if MIGRATION_NAME.fullmatch(path.name):
            migrations.append(read(path, "migrations"))
        elif path.name != "RELEASED.sha256":
            raise LakeError(
                f"db/migrations/{path.name} is not named like a migration.",
                f"Migrations are named 0001_what_it_does.sql. {NOTHING_CHANGED}",
                3,
            )
    _refuse_same_number(migrations)
    repeatables = [
        read(path, area)
        for area in AREAS
        for path in sorted((folder / area).rglob("*"))
        if path.name.endswith((".sql", ".sql.j2"))
    ]
    lints = [read(path, "lint") for path in sorted((folder / "lint").glob("*.sql"))]
    return Tree(migrations, repeatables, lints, _released(folder / "migrations" / "RELEASED.sha256"))


def _literal(value: object) -> str:
    """A setting as an SQL literal."""
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return "'" + str(value).replace("'", "''") + "'"


def _render(environment: jinja2.Environment, name: str, text: str, settings: Settings) -> str:
    try:
        return environment.from_string(text).render(settings=settings)
    except jinja2.TemplateSyntaxError as error:
        raise failure(name, error.lineno, f"the template is not valid: {error.message}") from None
    except jinja2.TemplateError as error:
        # The innermost frame of the template is the last one whose file is the template's.
        line, trace = 1, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == "<template>":
                line = trace.tb_lineno
            trace = trace.tb_next
        raise failure(name, line, f"the template cannot be filled in: {error.message}") from None


def _refuse_same_number(migrations: list[Source]) -> None:
    seen: dict[str, str] = {}
    for source in migrations:
        number = source.path.rsplit("/", 1)[1][:4]
        if number in seen:
            raise LakeError(
                f"{seen[number]} and {source.path} have the same number.",
                f"Give the newer one the next free number. {NOTHING_CHANGED}",
                3,
            )
        seen[number] = source.path


def _released(path: Path) -> dict[str, str]:
    """Path → sha256 of the migrations of released versions, from lines of sha256sum's format."""
    if not path.is_file():
        return {}
    pairs = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return {f"db/migrations/{name.lstrip('*')}": digest for digest, name in pairs}
