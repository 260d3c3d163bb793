"""Which class decodes what imports.kind calls `decoder`."""

from collections.abc import Callable, Sequence
from typing import Any

from lakectl.load.decoders.activity_html import ActivityHtml
from lakectl.load.decoders.batch import Decoder, Limits
from lakectl.load.decoders.blocks import Keeper
from lakectl.load.decoders.csv_rows import CsvRows
from lakectl.load.decoders.ical import Calendars
from lakectl.load.decoders.json_lists import JsonLists
from lakectl.load.decoders.kept_file import KeptFile, Source
from lakectl.load.decoders.lines import Lines
from lakectl.load.decoders.mbox import Mbox
from lakectl.load.decoders.text import Readable
from lakectl.load.decoders.vcard import VCards
from lakectl.load.decoders.xpaths import HtmlXPaths, XmlXPaths

Options = Sequence[dict[str, Any]]
Maker = Callable[[Source, Options, Limits, Keeper], Decoder]


def _without_blobs(maker: Callable[[Readable, Options, Limits], Decoder]) -> Maker:
    return lambda stream, sections, limits, _: maker(stream, sections, limits)


DECODERS: dict[str, Maker] = {
    "json": _without_blobs(JsonLists),
    "activity_html": _without_blobs(ActivityHtml),
    "csv": _without_blobs(CsvRows),
    "html": _without_blobs(HtmlXPaths),
    "xml": _without_blobs(XmlXPaths),
    "lines": _without_blobs(Lines),
    "file": KeptFile,
    "mbox": Mbox,
    "vcard": VCards,
    "ical": _without_blobs(Calendars),
}
