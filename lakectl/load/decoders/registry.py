"""Which class decodes what imports.kind calls `decoder`."""

from collections.abc import Callable, Sequence
from typing import Any

from lakectl.load.decoders.activity_html import ActivityHtml
from lakectl.load.decoders.batch import Decoder, Limits
from lakectl.load.decoders.csv_rows import CsvRows
from lakectl.load.decoders.json_lists import JsonLists
from lakectl.load.decoders.lines import Lines
from lakectl.load.decoders.text import Readable

DECODERS: dict[str, Callable[[Readable, Sequence[dict[str, Any]], Limits], Decoder]] = {
    "json": JsonLists,
    "activity_html": ActivityHtml,
    "csv": CsvRows,
    "lines": Lines,
}
