"""Which class decodes what imports.kind calls `decoder`."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lakectl.load.decoders.batch import Decoder, Keeper, Limits

if TYPE_CHECKING:
    from lakectl.load.decoders.kept_file import Source

# Read when the first such file comes: all of them together, with their libraries, take a tenth of a second.
DECODERS = {
    "json": "json_lists.JsonLists",
    "activity_html": "activity_html.ActivityHtml",
    "csv": "csv_rows.CsvRows",
    "html": "xpaths.HtmlXPaths",
    "xml": "xpaths.XmlXPaths",
    "lines": "lines.Lines",
    "ical": "ical.Calendars",
    "file": "kept_file.KeptFile",
    "mbox": "mbox.Mbox",
    "vcard": "vcard.VCards",
}
_KEEPING = {"file", "html", "mbox", "vcard"}  # they put what is in their files into the blob store


def make_decoder(
    name: str, source: "Source", sections: Sequence[dict[str, Any]], limits: Limits, blobs: Keeper
) -> Decoder:
    """The decoder `name`, one of DECODERS, for a file of which the sections have these options."""
    stores = (blobs,) if name in _KEEPING else ()
    return _maker(name)(source, sections, limits, *stores)


@cache
def _maker(name: str) -> Callable[..., Decoder]:
    module, _, kind = DECODERS[name].rpartition(".")
    maker: Callable[..., Decoder] = getattr(import_module(f"lakectl.load.decoders.{module}"), kind)
    return maker
