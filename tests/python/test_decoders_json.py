"""The JSON splitter gives the elements that are there, whatever surrounds them, in bounded memory."""

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakectl.load.decoders import batch as batches
from lakectl.load.decoders import json_lists
from lakectl.load.decoders.batch import Batch, Broken, Limits
from lakectl.load.decoders.json_lists import CUT, JsonLists

TOP: list[dict[str, Any]] = [{"list": []}]


def decode(
    document: bytes, sections: list[dict[str, Any]] = TOP, *, window: int = 2**21, records: int = 10_000
) -> tuple[list[Batch], list[str | None]]:
    decoder = JsonLists(io.BytesIO(document), sections, Limits(window, records))
    found = list(decoder)
    for batch in found:
        text = batch.text()
        text.decode()
        assert b"\0" not in text
        assert len(batch.records) == (text.count(b"\r,\r") + 1 if batch.records else 0)
    return found, decoder.errors


def elements(found: list[Batch], section: int = 0) -> dict[int, bytes | Broken]:
    """Everything a section gave, by ordinal; checks that ordinals are named once and lie in their ranges."""
    result: dict[int, bytes | Broken] = {}
    for batch in found:
        if batch.section != section:
            continue
        positions = batch.positions if batch.positions is not None else range(batch.first, batch.end)
        assert len(positions) == len(batch.records)
        for ordinal, record in zip(positions, batch.records, strict=True):
            assert batch.first <= ordinal < batch.end
            assert ordinal not in result
            result[ordinal] = bytes(record)
        for broken in batch.broken:
            assert batch.first <= broken.ordinal < batch.end
            assert broken.ordinal not in result
            result[broken.ordinal] = broken
    return result


def values(found: list[Batch], section: int = 0) -> list[Any]:
    got = elements(found, section)
    assert list(got) == list(range(1, len(got) + 1))
    return [json.loads(record) for record in got.values() if not isinstance(record, Broken)]


# Whatever the values, the white space and the window

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=6), inner, max_size=5),
    max_leaves=12,
)
lists = st.lists(json_values, max_size=25)
layouts = st.sampled_from(
    [(None, (",", ":")), (None, (" , ", " : ")), (0, (",", ":")), (2, (",", ": ")), (5, (",\r\n\t", ":\t"))]
)


@given(lists, layouts, st.tuples(st.integers(1, 200), st.integers(1, 7)), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_list_in_any_layout_and_window(
    given_list: list[Any],
    layout: tuple[int | None, tuple[str, str]],
    limits: tuple[int, int],
    ascii_only: bool,
) -> None:
    indent, separators = layout
    text = json.dumps(given_list, indent=indent, separators=separators, ensure_ascii=ascii_only)
    document = text.encode("utf-8", "surrogatepass")
    found, errors = decode(document, window=limits[0], records=limits[1])
    got = elements(found)
    assert len(got) == len(given_list)
    assert errors == [None]
    for ordinal, value in enumerate(given_list, 1):
        element = got[ordinal]
        if not isinstance(element, Broken):  # a lone surrogate cannot be UTF-8
            assert json.loads(element) == value


@given(
    st.dictionaries(st.text(max_size=8), json_values, max_size=4),
    st.tuples(lists, lists),
    layouts,
    st.integers(1, 60),
    st.permutations(["a", "b", "c"]),
)
@settings(max_examples=150, deadline=None)
def test_several_lists_in_any_order_among_other_things(
    others: dict[str, Any],
    both: tuple[list[Any], list[Any]],
    layout: tuple[int | None, tuple[str, str]],
    window: int,
    order: list[str],
) -> None:
    first, second = both
    parts: dict[str, Any] = {"a": first, "b": {**others, "inner": second}, "c": others}
    document = json.dumps({key: parts[key] for key in order}, indent=layout[0], separators=layout[1]).encode()
    found, errors = decode(document, [{"list": ["a"]}, {"list": ["b", "inner"]}], window=window)
    assert values(found, 0) == first
    assert values(found, 1) == second
    assert errors == [None, None]


@given(lists, layouts, st.data())
@settings(max_examples=150, deadline=None)
def test_where_a_file_is_cut_depends_on_no_window(
    given_list: list[Any], layout: tuple[int | None, tuple[str, str]], data: st.DataObject
) -> None:
    whole = json.dumps(given_list, indent=layout[0], separators=layout[1]).encode()
    document = whole[: data.draw(st.integers(1, len(whole)))]
    expected, _ = decode(document)
    found, errors = decode(
        document, window=data.draw(st.integers(1, 80)), records=data.draw(st.integers(1, 9))
    )
    assert elements(found) == elements(expected)
    assert (errors[0] is None) == (document == whole)


# Which elements go where


def test_sections_share_a_list_by_key() -> None:
    document = b'{"t":[{"visit":1},{"move":2},{"odd":3},4,{"move":{"visit":5}}]}'
    sections: list[dict[str, Any]] = [
        {"list": ["t"], "having": "visit"},
        {"list": ["t"], "having": "move"},
        {"list": ["t"], "having": None},
    ]
    found, _ = decode(document, sections)
    assert elements(found, 0) == {1: b'{"visit":1}'}
    assert elements(found, 1) == {2: b'{"move":2}', 5: b'{"move":{"visit":5}}'}
    assert elements(found, 2) == {3: b'{"odd":3}', 4: b"4"}


def test_without_a_section_for_the_rest_the_first_takes_it() -> None:
    found, _ = decode(
        b'[{"odd":1},{"move":2}]', [{"list": [], "having": "visit"}, {"list": [], "having": "move"}]
    )
    assert elements(found, 0) == {1: b'{"odd":1}'}
    assert elements(found, 1) == {2: b'{"move":2}'}


EVENTS: list[dict[str, Any]] = [{"list": ["homes", "*", "events"]}, {"list": ["homes", "*", "names"]}]


@pytest.mark.parametrize("window", [1, 7, 2**20])
@pytest.mark.parametrize("indent", [None, 2])
def test_lists_in_each_element_of_a_list(window: int, indent: int | None) -> None:
    """They are numbered as one; elements without the list, and those that are no objects, have none."""
    homes = [{"x": [1], "events": [1, 2], "names": ["a"]}, 7, {}, [5], "]", {"events": []}, {"events": [3]}]
    document = json.dumps({"homes": homes, "other": 1}, indent=indent).encode()
    found, errors = decode(document, EVENTS, window=window)
    assert values(found) == [1, 2, 3]
    assert values(found, 1) == ["a"]
    assert errors == [None, None]


def test_a_list_of_lists_may_be_the_document_or_empty_or_cut() -> None:
    assert values(decode(b'[{"a": [1]}, {"a": [2]}]', [{"list": ["*", "a"]}])[0]) == [1, 2]
    assert decode(b'{"homes": []}', EVENTS) == ([], [None, None])
    found, errors = decode(b'{"homes": [{"events": [1, 2]}, {"eve', EVENTS)
    assert values(found) == [1, 2]
    assert all(errors)


CHATS: list[dict[str, Any]] = [
    {"list": ["chats"]},
    {
        "list": ["chats", "*", "state", "events"],
        "carry": {"who": ["state", "people"], "id": ["id"], "no": ["state", "x"]},
    },
]


@given(
    st.lists(st.tuples(json_values, lists), max_size=6),
    layouts,
    st.tuples(st.integers(1, 90), st.integers(1, 7)),
)
@settings(max_examples=150, deadline=None)
def test_elements_of_inner_lists_carry_what_stands_around_them(
    chats: list[tuple[Any, list[Any]]], layout: tuple[int | None, tuple[str, str]], limits: tuple[int, int]
) -> None:
    """And the elements around them are records with the inner lists empty."""
    given_list = [
        {"id": n, "state": {"people": p, "events": e, "x": 1}, "y": [e]} for n, (p, e) in enumerate(chats)
    ]
    document = json.dumps({"chats": given_list}, indent=layout[0], separators=layout[1]).encode()
    found, errors = decode(document, CHATS, window=limits[0], records=limits[1])
    assert errors == [None, None]
    assert values(found) == [
        chat | {"state": {"people": p, "events": [], "x": 1}}
        for chat, (p, _) in zip(given_list, chats, strict=True)
    ]
    assert values(found, 1) == [
        {"who": p, "id": n, "record": e} for n, (p, events) in enumerate(chats) for e in events
    ]


def test_small_inner_lists_fill_batches_together() -> None:
    document = json.dumps({"chats": [{"id": 1, "state": {"people": [], "events": [1, 2]}}] * 500}).encode()
    found, _ = decode(document, CHATS)
    assert [(batch.section, batch.first, batch.end) for batch in found] == [(0, 1, 501), (1, 1, 1001)]


def test_odd_elements_around_inner_lists() -> None:
    """What is no object, or has its list after the rest, is a record too."""
    found, errors = decode(
        b'{"chats": [7, {}, {"state": 1}, {"state": {"events": [1, ], "people": 2}}, null]}', CHATS
    )
    assert values(found) == [7, {}, {"state": 1}, {"state": {"events": [], "people": 2}}, None]
    assert values(found, 1) == [{"record": 1}]
    assert errors == [None, None]


@pytest.mark.parametrize("window", [1, 30, 2**20])
def test_a_cut_inner_list_is_two_broken_records(window: int) -> None:
    found, errors = decode(
        b'{"chats": [{"id": 1}, {"id": 2, "state": {"events": [1, {"a": ', CHATS, window=window
    )
    outer, inner = elements(found), elements(found, 1)
    assert outer[1] == b'{"id":1}'
    assert isinstance(outer[2], Broken)
    assert outer[2].raw == b'{"id":2,"state":{"events":'
    assert inner[1] == b'{"id":2,"record":1}'
    assert isinstance(inner[2], Broken)
    assert all(errors)


def test_what_goes_along_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The element around an inner list is in memory; so it has a limit."""
    monkeypatch.setattr(json_lists, "MAX_RECORD_BYTES", 1000)
    found, errors = decode(b'{"chats": [{"id": 1}, {"id": "' + b"x" * 2000 + b'"}]}', CHATS, window=100)
    assert [type(e) for e in elements(found).values()] == [bytes, Broken]
    assert all(errors)


def test_a_document_can_be_one_record() -> None:
    found, errors = decode(b'\xef\xbb\xbf {"a": [1]}', [{"document": True}])
    assert values(found) == [{"a": [1]}]
    assert errors == [None]


def test_a_document_can_be_a_record_beside_its_lists() -> None:
    found, errors = decode(b'{"a": [1, 2]}', [{"document": True}, {"list": ["a"]}], window=3)
    assert values(found) == [{"a": [1, 2]}]
    assert values(found, 1) == [1, 2]
    assert errors == [None, None]
    assert decode(b'{"b": 1}', [{"document": True}, {"list": ["a"]}])[1] == [None, None]


def test_lists_under_any_key() -> None:
    document = b'{"x": [1, 2], "a": [3], "n": {"deep": [4]}, "y": [5], "z": 6}'
    found, errors = decode(document, [{"list": ["*"]}, {"list": ["a"]}])
    assert values(found) == [1, 2, 5]
    assert values(found, 1) == [3]
    assert errors == [None, None]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(encoding: str) -> None:
    found, errors = decode('[{"name": "Ærø 🦭"}, {}]'.encode(encoding), window=7)
    assert values(found) == [{"name": "Ærø 🦭"}, {}]
    assert errors == [None]


# Empty, missing, not JSON


@pytest.mark.parametrize("document", [b"", b" \n", b"\xef\xbb\xbf", b"[]", b" [ \n ] ", b"{}", b" {\n} "])
def test_empty_is_not_an_error(document: bytes) -> None:
    assert decode(document) == ([], [None])


def test_an_empty_object_is_an_empty_document() -> None:
    assert decode(b"\xef\xbb\xbf{\n}", [{"document": True}]) == ([], [None])
    assert decode(b"{}", [{"list": ["a"]}, {"list": ["b"]}]) == ([], [None, None])


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (b"hello", "not JSON at byte 1"),
        (b"\xff\xfb\x90", "not JSON at byte 1"),
        (b'{"locations": {}}', "the document is not a list"),
        (b"null", "the document is not a list"),
        (b"[1] x", "not JSON at byte 5: the document has ended before"),
    ],
)
def test_not_such_a_document(document: bytes, error: str) -> None:
    assert decode(document)[1] == [error]


def test_a_missing_list_is_an_error_only_when_all_are_missing() -> None:
    sections = [{"list": ["a"]}, {"list": ["b", "c"]}]
    assert decode(b'{"a": []}', sections)[1] == [None, None]
    assert decode(b'{"a": null, "b": {"x": []}}', sections)[1] == [
        "there is no list 'a' in the document",
        "there is no list 'b.c' in the document",
    ]
    assert decode(b'{"a" 1}', sections)[1] == ["not JSON at byte 6"] * 2


# Bad elements cost themselves only


@pytest.mark.parametrize(
    "bad",
    [
        b"NaN",
        b"-Infinity",
        b"1e400",
        b'{"a": 01}',
        b'{"a": }',
        b'{"a" "b"}',
        b'{"a": 1}}',
        b'{"a": [1, 2}',
        b"{a: 1}",
        b"'x'",
        b'"a\x01b"',
        b'"tab\there"',
        b'"\\u0000"',
        b'"\\ud800"',
        b'"\\q"',
        b'{"a": "\\ud800 and more"}',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    ],
)
@pytest.mark.parametrize("count", [1, 200])
def test_what_msgspec_refuses_is_passed_on_as_it_stands(bad: bytes, count: int) -> None:
    good = b'{"id": %d, "list": [{"id": 1}, {"id": 2}]}'
    parts = []
    for number in range(count if len(bad) < 1000 else min(count, 3)):
        parts += [good % number, bad, good % number, good % number]
    document = b"[" + b",\n".join(parts) + b"]"
    for window in (50, 3000, 2**21):
        found, errors = decode(document, window=window)
        assert [bytes(e) for e in elements(found).values() if not isinstance(e, Broken)] == parts
        assert errors == [None]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"a": "\xff\xfe"}', "not valid UTF-8 (byte 7 of the record)"),
        (b'{"a": "\xed\xa0\x80"}', "not valid UTF-8 (byte 7 of the record)"),
        (b'{"a": "x\x00y"}', "contains a NUL byte"),
        (b"", "nothing stands between two commas"),
    ],
)
def test_what_cannot_be_text_is_broken(bad: bytes, reason: str) -> None:
    found, errors = decode(b'[{"id":1},' + bad + b',{"id":3}]')
    assert elements(found) == {1: b'{"id":1}', 2: Broken(2, reason, bad), 3: b'{"id":3}'}
    assert errors == [None]


def test_what_stands_between_records_stands_in_none() -> None:
    found, _ = decode(b'[{"a": 1\r,\r"b": 2}, {"c": 3}]')
    assert list(elements(found).values()) == [b'{"a": 1\n,\n"b": 2}', b'{"c": 3}']


def test_a_trailing_comma_is_no_record() -> None:
    assert values(decode(b"[1, 2, ]")[0]) == [1, 2]


def test_a_cut_file_ends_in_one_broken_record() -> None:
    document = json.dumps([{"id": n, "in": [{"id": 1}, {"id": 2}]} for n in range(500)]).encode()
    cut = document[: document.index(b'"id": 400')]
    for window in (60, 5000, 2**21):
        found, errors = decode(cut, window=window)
        got = elements(found)
        assert len(got) == 401
        last = got[401]
        assert isinstance(last, Broken)
        assert last.reason == CUT
        assert errors == [f"the file ends after {len(cut)} bytes, inside its document"]


def test_a_cut_between_elements_breaks_none() -> None:
    found, errors = decode(b'[{"id":1},{"id":2}')
    assert values(found) == [{"id": 1}, {"id": 2}]
    assert errors[0] is not None


@pytest.mark.parametrize("damage", [lambda e: e.replace("}", "", 1), lambda e: e.replace('"a"', '"a', 1)])
def test_in_an_indented_file_a_missing_bracket_or_quote_costs_one_element(damage: Any) -> None:
    whole = [json.dumps({"id": n, "of": {"a": "a"}}, indent=2) for n in range(30)]
    whole[11] = damage(whole[11])
    document = "[\n" + ",\n".join(f"  {element}".replace("\n", "\n  ") for element in whole) + "\n]"
    got = elements(decode(document.encode())[0])
    good = {ordinal for ordinal, element in got.items() if _is_json(element)}
    assert good == set(range(1, 31)) - {12}


def _is_json(element: bytes | Broken) -> bool:
    try:
        return not isinstance(element, Broken) and json.loads(element) is not None
    except ValueError:
        return False


# Memory


class Generated(io.RawIOBase):
    """A stream of `total` bytes: a head, one part again and again, and a tail."""

    def __init__(self, head: bytes, part: bytes, tail: bytes, total: int) -> None:
        self._pieces = iter([head])
        self._part = part * max(1, 2**20 // len(part))
        self._count = total // len(self._part)
        self._tail = tail

    def read(self, size: int = -1, /) -> bytes:
        if (piece := next(self._pieces, None)) is not None:
            return piece
        self._count -= 1
        if self._count >= 0:
            return self._part
        tail, self._tail = self._tail, b""
        return tail


def test_200_mb_take_no_more_memory_than_20() -> None:
    record = json.dumps(
        {"latitudeE7": 1, "activity": [{"type": "STILL"}, {"type": "X"}], "pad": "x" * 250}
    ).encode()
    peaks = []
    for total in (20_000_000, 200_000_000):
        tracemalloc.start()
        stream = Generated(b'{"locations": [' + record, b"," + record, b"]}", total)
        count = sum(len(b.records) for b in JsonLists(stream, [{"list": ["locations"]}], Limits()))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert count > total // (len(record) + 1) - 5000
    assert max(peaks) < 40_000_000
    assert peaks[1] < peaks[0] * 1.2


@pytest.mark.parametrize("opening", [b'{"a": "', b'{"a": [1', b"["])
def test_an_element_without_end_is_skipped_in_bounded_memory(
    opening: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lakectl.load.decoders.json_lists.MAX_RECORD_BYTES", 8 * 2**20)
    closing, filler = {
        b'{"a": "': (b'"}', b"x" * 100),
        b'{"a": [1': (b"]}", b",[" + b"2" * 200 + b"]"),
        b"[": (b"0]", b"[" + b"2" * 200 + b"],"),
    }[opening]
    tracemalloc.start()
    found = list(
        JsonLists(
            Generated(b'[{"id":1}, ' + opening, filler, closing + b', {"id":3}]', 60 * 2**20), TOP, Limits()
        )
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    got = elements(found)
    assert (got[1], got[3]) == (b'{"id":1}', b'{"id":3}')
    assert isinstance(got[2], Broken)
    assert got[2].reason.startswith("longer than")
    assert len(got[2].raw) <= batches.RAW_KEPT
    assert peak < 60 * 2**20


# Batches


def test_what_is_done_is_left_out() -> None:
    batch = Batch(0, 11, 21, [b"%d" % n for n in range(11, 21)])
    parts = list(batch.without([(1, 13), (15, 16), (20, 40)]))
    assert [(p.first, p.end, list(p.records)) for p in parts] == [
        (13, 15, [b"13", b"14"]),
        (16, 20, [b"16", b"17", b"18", b"19"]),
    ]
    assert list(batch.without([])) == [batch]
    assert list(batch.without([(1, 100)])) == []


def test_what_is_done_is_left_out_among_positions_and_broken_ones() -> None:
    batch = Batch(0, 1, 10, [b"2", b"5", b"9"], [2, 5, 9], [Broken(4, "bad", b""), Broken(7, "bad", b"")])
    (low, high) = batch.without([(3, 6)])
    assert (low.first, low.end, low.positions, low.broken) == (1, 3, [2], [])
    assert (high.first, high.end, high.positions, high.broken) == (6, 10, [9], [Broken(7, "bad", b"")])
