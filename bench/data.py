"""The generated exports: made once per size and state of lakectl/sample, kept under build/bench-data."""

import hashlib
import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import lakectl.sample
from lakectl.sample import write_sample

SEED = 7


@dataclass(frozen=True)
class Export:
    """A generated archive and how many records its files hold."""

    path: Path
    counts: dict[str, int]

    @property
    def records(self) -> int:
        return sum(self.counts.values())

    @property
    def bytes(self) -> int:
        """Size of the files, unpacked."""
        with zipfile.ZipFile(self.path) as archive:
            return sum(info.file_size for info in archive.infolist())

    def unpacked(self) -> Path:
        """Its `Takeout` folder, as peers that cannot read an archive want it."""
        folder = self.path.with_suffix("")
        if not folder.exists():
            scratch = folder.with_suffix(".part")
            shutil.rmtree(scratch, ignore_errors=True)
            with zipfile.ZipFile(self.path) as archive:
                archive.extractall(scratch)
            scratch.rename(folder)
        return folder / "Takeout"

    def named_as_in_2017(self) -> Path:
        """A copy whose activity files are called `My Activity.json`, the only name one peer knows."""
        copy = self.path.with_suffix(".2017.zip")
        if not copy.exists():
            scratch = copy.with_suffix(".part")
            with (
                zipfile.ZipFile(self.path) as archive,
                zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as renamed,
            ):
                for info in archive.infolist():
                    name = info.filename.replace("/MyActivity.json", "/My Activity.json")
                    with archive.open(info) as source, renamed.open(name, "w", force_zip64=True) as target:
                        shutil.copyfileobj(source, target, 1 << 20)
            scratch.rename(copy)
        return copy


def export(folder: Path, kind: str, size_bytes: int) -> Export:
    """The export of one kind and size, made when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kind}-{size_bytes}-{_version()}.zip"
    facts = path.with_suffix(".json")
    if not (path.exists() and facts.exists()):
        path.unlink(missing_ok=True)
        counts = write_sample(path, size_bytes, SEED, [kind])
        facts.write_text(json.dumps(counts))
    return Export(path, json.loads(facts.read_text()))


def _version() -> str:
    digest = hashlib.sha256()
    for source in sorted(Path(lakectl.sample.__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:8]
