"""A generated archive of many small files that no kind knows."""

import random
import zipfile
from pathlib import Path

from bench.data import SEED, Export


def write_small_files(folder: Path, count: int, size_bytes: int = 1000) -> Export:
    """A zip of `count` files of `size_bytes`, each of other bytes; made once."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"takeout-20240101T000000Z-{count}-small.zip"
    if not path.exists():
        scratch = path.with_suffix(".part")
        source = random.Random(SEED)
        with zipfile.ZipFile(scratch, "w") as archive:
            for number in range(count):
                name = f"Takeout/Somewhere/{number // 1000:04}/file {number:06}.bin"
                archive.writestr(name, source.randbytes(size_bytes))
        scratch.rename(path)
    return Export(path, {"files": count})
