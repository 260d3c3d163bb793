"""Activity pages become one record per cell; a bad cell costs itself only."""

import io
import json
import tracemalloc
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from lakectl.load.decoders import activity_html
from lakectl.load.decoders.activity_html import ActivityHtml
from lakectl.load.decoders.batch import Batch, Broken, Limits
from lakectl.load.decoders.json_lists import CUT

HEAD = (
    '<html><head><title>My Activity</title><style>p {color: red}</style></head><body><div class="mdl-grid">'
)
TAIL = "</div></body></html>"


def cell(body: str, header: str = "Search", caption: str = "", aside: str = "") -> str:
    return (
        '<div class="outer-cell mdl-cell mdl-cell--12-col"><div class="mdl-grid">'
        f'<div class="header-cell mdl-cell"><p class="mdl-typography--title">{header}<br></p></div>'
        f'<div class="content-cell mdl-cell mdl-typography--body-1">{body}</div>'
        f'<div class="content-cell mdl-cell mdl-typography--body-1 mdl-typography--text-right">{aside}</div>'
        f'<div class="content-cell mdl-cell mdl-typography--caption">{caption}</div></div></div>\n'
    )


def decode(page: str | bytes, limits: Limits | None = None) -> tuple[list[Any], list[str | None]]:
    data = page.encode() if isinstance(page, str) else page
    decoder = ActivityHtml(io.BytesIO(data), [{}], limits or Limits())
    batches: list[Batch] = list(decoder)
    found: dict[int, Any] = {}
    for batch in batches:
        positions = batch.positions if batch.positions is not None else range(batch.first, batch.end)
        found |= {o: json.loads(bytes(r)) for o, r in zip(positions, batch.records, strict=True)}
        found |= {broken.ordinal: broken for broken in batch.broken}
    assert sorted(found) == list(range(1, len(found) + 1))
    return [found[ordinal] for ordinal in sorted(found)], decoder.errors


def body(text: str) -> Any:
    return decode(HEAD + cell(text) + TAIL)[0][0]["body"]


def test_a_cell_as_it_stands() -> None:
    page = cell(
        'Watched&nbsp;<a href="https://y.example/?a=1&amp;b=2">Salt &amp; Shore</a><br>'
        "Mar 5, 2024, 10:07:09&#8239;AM PST",
        "YouTube",
        "<b>Products:</b><br>&emsp;YouTube<br>",
    )
    records, errors = decode(HEAD + page + TAIL)
    assert errors == [None]
    assert records == [
        {
            "header": "YouTube",
            "body": [
                {"t": "Watched\u00a0Salt & Shore", "u": "https://y.example/?a=1&b=2"},
                {"t": "Mar 5, 2024, 10:07:09\u202fAM PST"},
            ],
            "caption": [{"t": "Products:", "b": True}, {"t": "\u2003YouTube"}],
        }
    ]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("one<br/>two<br>", [{"t": "one"}, {"t": "two"}]),
        ("one<p>two</p><p>three</p>", [{"t": "one"}, {"t": "two"}, {"t": "three"}]),
        ("a<br><br>&nbsp;<br>b", [{"t": "a"}, {"t": "b"}]),
        ("a <i>b</i> c", [{"t": "a b c"}]),
        ('<a href="u">x <b>y</b><img src="i.jpg"></a> z', [{"t": "x y z", "u": "u"}]),
        ('a <a href="1">b</a> <a href="2">c</a>', [{"t": "a b c", "u": "1"}]),
        ('<a href="u"></a>', [{"u": "u"}]),
        ('<img src="i.jpg">x', [{"t": "x", "u": "i.jpg"}]),
        ("<a>no address</a>", [{"t": "no address"}]),
        ("<b>a</b> <br>b<b>c</b>", [{"t": "a ", "b": True}, {"t": "bc", "b": False}]),
        ("a<script>evil()</script><!-- c -->b", [{"t": "ab"}]),
        ("&eacute;&#39;&#8239;&amp;nbsp;", [{"t": "é'\u202f&nbsp;"}]),
        ("  \n ", []),
    ],
)
def test_lines(html: str, lines: list[Any]) -> None:
    assert body(html) == lines


TEXTS = st.one_of(
    st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8),
    st.sampled_from(
        [
            "&amp;",
            "&nbsp;",
            "&lt;b&gt;",
            "&quot;",
            "&#39;",
            "&emsp;",
            "&copy",
            "&amp;nbsp;",
            "&",
            "< ",
            " ",
            "\n",
        ]
    ),
)
ATTRIBUTES = st.text("ab&;=/?#' <>\n\u00e9", max_size=8)
PIECES = st.one_of(
    TEXTS,
    st.sampled_from(
        ["<br>", "<br/>", "<br />", "<BR>", "<b>", "</b>", "</a>", "</div>", "<i>", '<img src="i">']
    ),
    st.builds("<b>{}</b>".format, TEXTS),
    st.builds('<a href="{}">{}</a>'.format, ATTRIBUTES, TEXTS),
)


@given(st.lists(PIECES, max_size=6).map("".join), st.lists(PIECES, max_size=6).map("".join))
def test_both_ways_give_the_same(body: str, caption: str) -> None:
    page = cell(body, "Search", caption).encode()
    plain = activity_html.plain_cell(page)
    if plain is not None:
        tree = etree.fromstring(page, activity_html.parser)
        assert json.loads(msgspec.json.encode(plain)) == activity_html.parsed_cell(tree)


def test_cells_as_exports_have_them_take_the_short_way() -> None:
    body = 'Watched&nbsp;<a href="https://y.example/?a=1&amp;b=2">Sam&#39;s</a><br>5 Mar 2024, 18:07:09 GMT'
    caption = (
        "<b>Products:</b><br>&emsp;YouTube<br><b>Locations:</b><br>&emsp;At "
        '<a href="https://maps.example/">this area</a> - From <a href="https://s.example/">places</a><br>'
    )
    assert activity_html.plain_cell(cell(body, "YouTube", caption).encode()) is not None


def test_pictures_on_the_right_and_no_header() -> None:
    (record,), _ = decode(HEAD + cell("x", header="", aside='<img class="p" src="a.jpg">') + TAIL)
    assert record["header"] is None
    assert record["aside"] == [{"u": "a.jpg"}]
    sounds = (
        '<audio controls><source src="a.mp3">No <a href="x">sound</a></audio><audio src="b.mp3"></audio>'
        '<img src="c.jpg"><video></video>'
    )
    (record,), _ = decode(HEAD + cell("x", header="", aside=sounds) + TAIL)
    assert record["aside"] == [{"u": "a.mp3"}, {"u": "b.mp3"}, {"u": "c.jpg"}]


def test_batches_and_windows_change_nothing() -> None:
    page = HEAD + "".join(cell(f"Searched for {n} " + "x" * (n % 700)) for n in range(300)) + TAIL
    expected = decode(page)
    assert len(expected[0]) == 300
    for limits in (Limits(100, 7), Limits(977, 1), Limits(2**21, 50)):
        assert decode(page, limits) == expected


def test_an_unclosed_tag_ends_with_its_cell() -> None:
    page = HEAD + cell("a") + cell('<a href="u">b <i>').replace("</div>", "") + cell("c") + TAIL
    records, errors = decode(page)
    assert [r["body"][0]["t"] for r in records] == ["a", "b \n", "c"]
    assert errors == [None]


def test_a_cut_page_ends_in_a_broken_cell() -> None:
    page = HEAD + cell("a") + cell("b")[:120]
    records, errors = decode(page)
    assert records[0]["body"] == [{"t": "a"}]
    assert isinstance(records[1], Broken)
    assert records[1].reason == CUT
    assert errors == [f"the file ends after {len(page)} bytes, inside its document"]


def test_bytes_that_are_no_text_break_their_cell_only() -> None:
    page = (HEAD + cell("a") + cell("BAD") + cell("NUL") + cell("d") + TAIL).encode()
    records, errors = decode(page.replace(b"BAD", b"\xff\xfe").replace(b"NUL", b"x\0y"))
    assert [type(r) for r in records] == [dict, Broken, Broken, dict]
    assert "UTF-8" in records[1].reason
    assert "NUL" in records[2].reason
    assert errors == [None]


def test_utf_16_pages() -> None:
    records, _ = decode((HEAD + cell("Gesucht nach „Möwe“") + TAIL).encode("utf-16"))
    assert records[0]["body"] == [{"t": "Gesucht nach „Möwe“"}]


@pytest.mark.parametrize("page", ["", "  \n", HEAD + TAIL, HEAD])
def test_a_page_without_text_is_empty(page: str) -> None:
    assert decode(page) == ([], [None])


@pytest.mark.parametrize(
    "page", [HEAD + "<p>Jan 31, 2018 Visited</p>" + TAIL, "just text", HEAD + "x" * 3_000_000]
)
def test_a_page_with_text_and_no_cells_is_an_error(page: str) -> None:
    assert decode(page) == ([], ["the page holds no activity cell"])


def test_deep_nesting_crashes_nothing() -> None:
    records, _ = decode(HEAD + cell("<span>" * 100_000 + "deep") + cell("next") + TAIL)
    assert len(records) == 2
    assert records[1]["body"] == [{"t": "next"}]


def test_memory_does_not_grow_with_the_page() -> None:
    block = "".join(cell(f"Searched for {n}", caption="<b>Products:</b>") for n in range(1000)).encode()

    class Pages(io.RawIOBase):
        left = 30

        def read(self, size: int = -1, /) -> bytes:
            self.left -= 1
            return block if self.left >= 0 else b""

    tracemalloc.start()
    count = sum(len(batch.records) for batch in ActivityHtml(Pages(), [{}], Limits()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 30_000
    assert peak < 30_000_000
