"""docs/kinds.md: the registry of kinds as a page of Markdown."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_HEAD = """\
# Kinds of records

What the lake understands of a Takeout. This page is generated from the registry of a deployed lake, by
`lakectl kinds --markdown`; the files in `db/functions/takeout` say more about each.

Files are named by regular expressions for the end of their path, in capital or small letters. *Or content*:
a file of another name, such as one in another language, is known by its first 8 KiB.

| product | kind | files | decoder | tables |
| --- | --- | --- | --- | --- |
"""


def kinds_page(rows: Sequence[Mapping[str, Any]]) -> str:
    """The page for rows of lake.kinds: kind, product, patterns, by_content, decoder, targets."""
    return _HEAD + "".join(map(_line, sorted(rows, key=lambda row: (row["product"].lower(), row["kind"]))))


def _line(row: Mapping[str, Any]) -> str:
    files = [_code(_name(pattern)) for pattern in row["patterns"]]
    if row["by_content"]:
        files.append("*or content*" if files else "*content*")
    tables = ", ".join(map(_code, row["targets"]))
    return f"| {row['product']} | {_code(row['kind'])} | {'; '.join(files)} | {row['decoder']} | {tables} |\n"


def _name(pattern: str) -> str:
    """The pattern without what all of them have: where it begins and ends, and that a dot is a dot."""
    return re.sub(r"\\\.", ".", pattern.removeprefix("(^|/)").removesuffix("$"))


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"
