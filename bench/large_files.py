"""Generated files far larger than memory should be: a mailbox with pictures, a folder of Google Fit."""

import base64
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.data import SEED, Export

_FIT_FILE_BYTES = 100_000_000
_PICTURE_BYTES = (100_000, 700_000, 3_000_000, 12_000_000)
_LINE_BYTES = 57  # 76 characters of base64
_POINT = """{
    "fitValue": [{
      "value": {
        "fpVal": %d.5
      }
    }],
    "originDataSourceId": "raw:com.google.heart_rate.bpm:Example:Watch 3",
    "endTimeNanos": %d,
    "dataTypeName": "com.google.heart_rate.bpm",
    "startTimeNanos": %d,
    "modifiedTimeMillis": 1341292235775,
    "rawTimestampNanos": 0
  }"""
_LETTER = (
    b"From %d@xxx Mon Jan 01 00:00:00 +0000 2024\r\nMIME-Version: 1.0\r\n"
    b"Message-ID: <%d@mail.example.org>\r\n"
    b"Date: Mon, 01 Jan 2024 00:00:00 +0000\r\nSubject: Picture %d\r\nFrom: tam@example.org\r\n"
    b'To: ada@example.com\r\nContent-Type: multipart/mixed; boundary="part"\r\n\r\n--part\r\n'
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nHere is picture %d.\r\n"
    b'--part\r\nContent-Type: image/jpeg; name="%d.jpg"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
)
_Written = Callable[[zipfile.ZipFile, int], int]


def write_mailbox(folder: Path, size_bytes: int) -> Export:
    """A zip with one mbox: letters with a picture of 0.1 to 12 MB each."""
    return _written(folder / f"takeout-20240101T000000Z-{size_bytes}-mailbox.zip", size_bytes, _mailbox)


def write_fit(folder: Path, size_bytes: int) -> Export:
    """A zip with a folder of heart rates, a point a second, in files of 100 MB."""
    return _written(folder / f"takeout-20240101T000000Z-{size_bytes}-fit.zip", size_bytes, _fit)


def _written(path: Path, size_bytes: int, write: _Written) -> Export:
    """The archive, made anew: it is too large to be kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        records = write(archive, size_bytes)
    return Export(path, {"records": records})


def _mailbox(archive: zipfile.ZipFile, size_bytes: int) -> int:
    source = random.Random(SEED)
    picture = base64.encodebytes(source.randbytes(max(_PICTURE_BYTES))).replace(b"\n", b"\r\n")
    number = written = 0
    with archive.open("Takeout/Mail/All mail Including Spam and Trash.mbox", "w", force_zip64=True) as file:
        while written < size_bytes:
            number += 1
            lines = source.choice(_PICTURE_BYTES) // _LINE_BYTES
            written += file.write(_LETTER % ((number,) * 5))
            # Each picture is another one: by its first line.
            written += file.write(base64.b64encode(b"%*d" % (_LINE_BYTES, number)) + b"\r\n")
            written += file.write(picture[: lines * (_LINE_BYTES // 3 * 4 + 2)])
            written += file.write(b"--part--\r\n\r\n")
    return number


def _fit(archive: zipfile.ZipFile, size_bytes: int) -> int:
    points = 0
    for number in range(max(1, size_bytes // _FIT_FILE_BYTES)):
        name = f"Takeout/Fit/All Data/derived_com.google.heart_rate.bpm_watch {number}.json"
        with archive.open(name, "w", force_zip64=True) as file:
            written = file.write(
                b'{\n  "Data Source": "derived:com.google.heart_rate.bpm:watch %d",\n' % number
            )
            written += file.write(b'  "Data Points": [')
            blocks = _points(points)
            while written < min(size_bytes, _FIT_FILE_BYTES):
                written += file.write(next(blocks))
                points += 10_000
            file.write(b"]\n}\n")
    return points


def _points(first: int) -> Iterator[bytes]:
    """Blocks of 10,000 points without an end, each but the first begun by a comma."""
    separator = ""
    while True:
        nanos = [1_341_292_175_000_000_000 + 1_000_000_000 * n for n in range(first, first + 10_000)]
        yield (separator + ",".join(_POINT % (60 + n // 10**9 % 90, n, n) for n in nanos)).encode()
        separator = ","
        first += 10_000
