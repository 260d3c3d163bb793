"""Tables and lines: every row is a record or a broken one, whatever the file, in bounded memory."""

import csv
import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lakectl.load.decoders import csv_rows, lines
from lakectl.load.decoders.batch import Batch, Broken, Limits
from lakectl.load.decoders.csv_rows import CsvRows
from lakectl.load.decoders.lines import Lines

DECODERS: dict[str, type[CsvRows] | type[Lines]] = {"csv": CsvRows, "lines": Lines}


def decode(
    data: bytes, options: dict[str, Any] | None = None, *, decoder: str = "csv", limits: Limits | None = None
) -> list[Any]:
    """All records in order, broken ones as Broken; checks that each ordinal is named once."""
    decoding = DECODERS[decoder](io.BytesIO(data), [options or {}], limits or Limits())
    found: dict[int, Any] = {}
    for batch in decoding:
        check(batch)
        ordinals = batch.positions if batch.positions is not None else range(batch.first, batch.end)
        for ordinal, record in zip(ordinals, batch.records, strict=True):
            found[ordinal] = json.loads(record)
        for broken in batch.broken:
            assert broken.ordinal not in found
            found[broken.ordinal] = broken
    assert decoding.errors == [None]
    assert sorted(found) == list(range(1, len(found) + 1))
    return [found[ordinal] for ordinal in sorted(found)]


def check(batch: Batch) -> None:
    text = batch.text()
    text.decode()
    assert b"\0" not in text
    assert text.count(b"\r,\r") == max(0, len(batch.records) - 1)
    assert len(batch.records) + len(batch.broken) == batch.end - batch.first


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_in_any_spelling(end: str, encoding: str, delimiter: str) -> None:
    text = end.join(["Name,Größe", 'Möwe,"12, about"', ",,", "", '"two\nlines",""'])
    text = text.replace(",", delimiter)
    data = (b"\xfe\xff" if encoding == "utf-16-be" else b"") + text.encode(encoding)
    rows = [["Möwe", f"12{delimiter} about"], ["two\nlines", ""]]
    assert decode(data) == rows
    assert decode(data, {"as": "object"}) == [dict(zip(["Name", "Größe"], row, strict=True)) for row in rows]


def test_ragged_rows_keep_all_cells() -> None:
    assert decode(b"a,b,,a\n1\n1,2,3,4,5,6\n", {"as": "object"}) == [
        {"a": "1"},
        {"a": "1", "b": "2", "column 3": "3", "a (2)": "4", "": ["5", "6"]},
    ]
    assert decode(b"a,b\n1\n1,2,3\n") == [["1"], ["1", "2", "3"]]


def test_without_a_header_every_row_is_a_record() -> None:
    assert decode(b"nudibranch\n\nkelp\n", {"header": False}) == [["nudibranch"], ["kelp"]]


def test_a_table_that_only_has_a_header_is_empty() -> None:
    assert decode(b"Title,Note\r\n\r\n") == []
    assert decode(b"") == []


@pytest.mark.parametrize(
    ("data", "preamble"),
    [
        (b'"A list, described"\n\nTitle,URL\nGull,u\n', [["A list, described"]]),
        (b"Title,URL\nGull,u\n,\n", []),
        (b"Id,Name\n1,Trip\n\n\nTitle,URL\nGull,u\n", [["Id", "Name"], ["1", "Trip"]]),
        (b"Titel,Adresse\nGull,u\n", []),
    ],
)
def test_a_description_before_the_table(data: bytes, preamble: list[Any]) -> None:
    assert decode(data, {"start": "^Title,URL$"}) == [{"preamble": preamble, "row": ["Gull", "u"]}]


@pytest.mark.parametrize(
    ("above", "preamble"),
    [
        (
            "Eine Liste; mit Semikolon; und noch einem\r\n\r\n",
            [["Eine Liste; mit Semikolon; und noch einem"]],
        ),
        ('"Une liste, bien sûr"\n\n', [["Une liste, bien sûr"]]),
        ('"zwei\nZeilen"\n\n', [["zwei\nZeilen"]]),
        ("zwei\nZeilen\n\n\n", [["zwei"], ["Zeilen"]]),
        ("\n\n", []),
        ("", []),
    ],
)
def test_a_description_in_any_language(above: str, preamble: list[list[str]]) -> None:
    """It stands above an empty row, whatever the columns are called."""
    table = above + "Titel,Notiz,Adresse,Kommentar\n,,,\nGull,,https://a.example/;b;c;d;e,\n"
    assert decode(table.encode(), {"as": "pairs", "start": "^[^,]+,[^,]+,URL(,|$)"}) == [
        {
            "preamble": preamble,
            "row": [
                ["Titel", "Gull"],
                ["Notiz", ""],
                ["Adresse", "https://a.example/;b;c;d;e"],
                ["Kommentar", ""],
            ],
        }
    ]


def test_what_is_no_description() -> None:
    """A row of several cells above an empty one, or no row of several below."""
    start = {"start": "^X$"}
    assert decode(b"A,B,C\n\nD,E,F\n", start) == [{"preamble": [], "row": ["D", "E", "F"]}]
    assert decode(b"A\n\nB\nC\n", start) == [{"preamble": [], "row": ["B"]}, {"preamble": [], "row": ["C"]}]
    assert decode(b"A\n\n", start) == []


def test_pairs_keep_headers_and_their_order() -> None:
    assert decode(b"b,a,b\n1,2,3,4\n5\n", {"as": "pairs"}) == [
        [["b", "1"], ["a", "2"], ["b", "3"], ["", "4"]],
        [["b", "5"]],
    ]


def test_a_quote_that_is_never_closed_costs_its_line() -> None:
    found = decode(b'a,b\n1,"two\n3,4\n5,6\n')
    assert isinstance(found[0], Broken)
    assert found[0].raw == b'1,"two\n'
    assert "never closed" in found[0].reason
    assert found[1:] == [["3", "4"], ["5", "6"]]


def test_a_row_that_is_too_long_costs_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "MAX_TEXT", 1000)
    monkeypatch.setattr(lines, "MAX_TEXT", 1000)
    rest = [["3", "x" * 40]] * 50
    data = b'a,b\n1,"two\n' + b"3,%s\n" % (b"x" * 40) * 50 + b'"' + b"y" * 5000 + b'"\n9,9\n'
    found = decode(data)
    assert found[1:51] == rest
    assert isinstance(found[0], Broken)
    assert isinstance(found[51], Broken)
    assert found[51].reason == lines.TOO_LONG
    assert found[52] == ["9", "9"]


def test_bytes_that_are_no_text_cost_their_row() -> None:
    found = decode(b"a,b\n1,\xff\n2,a\0b\n3,ok\x1e\n4,\\u0000\n")
    assert [record.reason for record in found[:2]] == ["not valid UTF-8", "contains a NUL byte"]
    assert found[0].raw == b"['1', '\\udcff']" or b"\xff" in found[0].raw
    assert found[2:] == [["3", "ok\x1e"], ["4", "\\u0000"]]


def test_lines() -> None:
    found = decode(b"\xef\xbb\xbfone\r\n\r\n \t\rtwo \xc3\xa4\x0bx\n\xff\nlast", decoder="lines")
    assert [record for record in found if isinstance(record, str)] == ["one", "two ä\x0bx", "last"]
    assert isinstance(found[2], Broken)


def test_a_line_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_TEXT", 300_000)
    found = decode(b"x" * 2_000_000 + b"\nnext\n", decoder="lines")
    assert isinstance(found[0], Broken)
    assert found[1:] == ["next"]


cells = st.lists(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1), max_size=8
)


@given(cells, st.sampled_from(["\n", "\r\n", "\r"]), st.integers(1, 50))
@settings(deadline=None)
def test_any_table_comes_back(table: list[list[str]], end: str, batch_bytes: int) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=end).writerows([["head"], *table])
    found = decode(out.getvalue().encode(), limits=Limits(batch_bytes, 3))
    assert found == [row for row in table if any(row)]


@given(
    st.binary(max_size=300) | st.text('",;\n\r\t a\0', max_size=60).map(str.encode),
    st.sampled_from(["array", "object"]),
)
@example(b'"\n' + b'""a\n' * 5, "array")
@settings(deadline=None, max_examples=300)
def test_any_bytes_end_in_records(data: bytes, shape: str) -> None:
    rows = decode(data, {"as": shape})
    assert rows == decode(data, {"as": shape}, limits=Limits(1, 1))
    decode(data, {"header": False})
    decode(data, {"start": "a"})
    decode(data, {"as": "pairs"})
    texts = decode(data, decoder="lines")
    assert all(isinstance(text, Broken) or text.strip() for text in texts)


class Endless:
    """A file of `pieces` times the same bytes."""

    def __init__(self, piece: bytes, pieces: int) -> None:
        self._piece = piece
        self._left = pieces

    def read(self, size: int = -1, /) -> bytes:
        self._left -= 1
        return self._piece if self._left >= 0 else b""


@pytest.mark.parametrize("piece", [b'a,"', b"x" * 100, b'1,"2"\n', b'"\n', b"\0", b"\r"])
def test_memory_does_not_grow(piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "MAX_TEXT", 100_000)
    monkeypatch.setattr(lines, "MAX_TEXT", 100_000)
    tracemalloc.start()
    for decoder in ("csv", "lines"):
        tracemalloc.reset_peak()
        stream = Endless(piece * (60_000 // len(piece)), 6)
        for batch in DECODERS[decoder](stream, [{}], Limits(50_000, 1000)):
            check(batch)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
