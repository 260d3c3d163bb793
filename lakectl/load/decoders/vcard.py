"""Decoder `vcard`: the cards of a vCard file (2.1 to 4.0), a jCard (RFC 7095) each.

    ["vcard", [["fn", {}, "text", "Tam Okafor"], ["n", {}, "text", ["Okafor", "Tam", "", "Dr.", ""]],
               ["tel", {"type": ["CELL"], "group": "item1"}, "text", "+15550100003"], …]]

Parameters are lists, but for `group`. A photo (or sound, or key) is in the blob store and its value is
{"sha256": hex, "size": bytes}. A line that is no property is ["x-unreadable", {}, "text", LINE]. What stands
between cards is not read; a card without END is broken, the cards after it are not.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import vobject
from vobject.base import ContentLine, VObjectError, getLogicalLines, parseLine
from vobject.vcard import Address, Name

from lakectl.load.decoders.batch import RAW_KEPT, Batch, Blob, Collector, Keeper, Limits
from lakectl.load.decoders.blocks import Blocks
from lakectl.load.decoders.text import Readable

Property = list[Any]


class VCards:
    """See the module's description."""

    def __init__(
        self, stream: Readable, sections: Sequence[dict[str, Any]], limits: Limits, blobs: Keeper
    ) -> None:
        self._blocks = Blocks(stream, "VCARD")
        self._limits = limits
        self._blobs = blobs
        self.errors: list[str | None] = [None] * len(sections)

    def __iter__(self) -> Iterator[Batch]:
        collector = Collector(self._limits)
        for block in self._blocks:
            if block.reason is not None:
                collector.broken(block.reason, block.text)
            else:
                blobs: list[Blob] = []
                try:
                    collector.add(["vcard", self._properties(block.text, blobs)], blobs)
                except (VObjectError, ValueError, LookupError, RecursionError) as error:
                    collector.broken(f"not a vCard: {error}", block.text[:RAW_KEPT])
            if collector.full():
                yield collector.take()
        yield from collector.rest()
        if self._blocks.lines and collector.count() == 0:
            self.errors = ["there is no card in the file"] * len(self.errors)

    def _properties(self, text: str, blobs: list[Blob]) -> list[Property]:
        readable: list[str] = []
        properties: list[Property] = []
        for line, _ in getLogicalLines(io.StringIO(text)):
            try:
                parseLine(line)
                readable.append(line)
            except VObjectError:
                properties.append(["x-unreadable", {}, "text", line])
        card = vobject.readOne("\r\n".join(readable))
        return [self._property(line, blobs) for line in card.getChildren()] + properties

    def _property(self, line: ContentLine, blobs: list[Blob]) -> Property:
        parameters: dict[str, Any] = {name.lower(): list(values) for name, values in line.params.items()}
        parameters.update((name.lower(), []) for name in getattr(line, "singletonparams", ()))
        if line.group:
            parameters["group"] = line.group
        name, value = line.name.lower(), line.value
        if isinstance(value, bytes):
            digest, size = self._blobs.keep(io.BytesIO(value))
            blobs.append(Blob(digest, size))
            return [name, parameters, "blob", {"sha256": digest.hex(), "size": size}]
        if name == "url" and isinstance(value, str):
            value = value.replace("\\:", ":")
        return [name, parameters, "uri" if name in ("url", "impp", "source") else "text", _plain(value)]


def _plain(value: object) -> Any:
    """A value of vobject as jCard has it; a structured one is the list of its components."""
    if isinstance(value, Name):
        parts = [value.family, value.given, value.additional, value.prefix, value.suffix]
    elif isinstance(value, Address):
        parts = [value.box, value.extended, value.street, value.city, value.region, value.code, value.country]
    elif isinstance(value, (list, tuple)):
        parts = list(value)
    else:
        return _text(value)
    return [[_text(inner) for inner in part] if isinstance(part, list) else _text(part) for part in parts]


def _text(value: object) -> str:
    return str(value).replace("\0", "\ufffd")
