"""Our load beside the floor and the peers, in one run, on the same generated data.

    python -m bench.run                      all of it (about an hour, 40 GB of disk)
    python -m bench.run records scaling      some of it
    python -m bench.run --quick              small sizes: does it run at all?

Prints a table and the targets, and writes build/bench/<time>.json.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

import lakectl
from bench.data import Export, export
from bench.fitbit import write_fitbit
from bench.lake import BenchLake
from bench.large_files import write_fit, write_mailbox
from bench.measure import CommandFailed
from bench.peers import PINNED, Peers, parse_mbox
from bench.pictures import hash_members, write_pictures
from bench.small_files import write_small_files
from lakectl.errors import LakeError

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LOCATION = "timeseries.location"
ACTIVITY = "user_data.activity"
MESSAGE = "user_data.message"
METRIC = "timeseries.metric"
FILE = "user_data.file"
OURS = "lakectl load"
FLOOR = "COPY of parsed rows"
PARSER = "google_takeout_parser (parse only)"
STDLIB = "mailbox and email (parse only)"
TO_SQLITE = "google-takeout-to-sqlite"
HASHES = "SHA-256 of the same bytes"
COPIES = "SHA-256 and a synced copy"
PICTURES = "user_data.media_item"
RECORD_BYTES = 342  # of a Records.json as generated, about


@dataclass(frozen=True)
class Line:
    """One measurement. `records` are those of the files, for the floor rows of the table."""

    section: str
    what: str
    megabytes: float
    records: int
    seconds: float
    peak_mb: float | None = None

    @property
    def rate(self) -> float:
        return self.records / self.seconds


@dataclass(frozen=True)
class Target:
    """What the project sets itself, and what this run reached."""

    what: str
    wanted: float
    reached: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        return self.reached <= self.wanted if self.at_most else self.reached >= self.wanted


@dataclass
class Bench:
    """The state of one run: the lake, the peers, the scale of the sizes, and what was measured so far."""

    lake: BenchLake
    peers: Peers
    scale: float
    say: Callable[[str], None]
    lines: list[Line] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)

    def data(self, kind: str, size_bytes: float) -> Export:
        size = round(size_bytes * self.scale)
        self.say(f"generating {kind}, {size / 1e6:,.0f} MB")
        return export(BUILD / "bench-data", kind, size)

    def keep(self, line: Line) -> Line:
        self.lines.append(line)
        self.say(f"{line.section}: {line.what}: {line.seconds:.1f} s, {line.rate:,.0f} records/s")
        return line

    def ours(self, section: str, data: Export, table: str) -> Line:
        """Our load of `data` into an empty lake."""
        self.lake.empty()
        self.say(f"{section}: loading {data.path.name}")
        run = self.lake.load(data.path)
        if not self.lake.rows(table):
            raise CommandFailed(f"The load left {table} empty:\n{run.output}")
        return self.keep(Line(section, OURS, data.bytes / 1e6, data.records, run.seconds, run.peak_mb))

    def parser(self, section: str, data: Export) -> Line:
        folder = data.unpacked()
        run, records = self.peers.parse(folder)
        return self.keep(Line(section, PARSER, data.bytes / 1e6, records, run.seconds, run.peak_mb))

    def to_sqlite(self, section: str, command: str, archive: Path, data: Export) -> Line:
        run, rows = self.peers.to_sqlite(command, archive, BUILD / "bench-data" / "peer.db")
        return self.keep(Line(section, TO_SQLITE, data.bytes / 1e6, rows, run.seconds, run.peak_mb))


def records(bench: Bench) -> None:
    """Records.json, 200 MB: beside the floor, a parser that stores nothing, and a loader into SQLite."""
    data = bench.data("records", 200e6)
    ours = bench.ours("records", data, LOCATION)
    seconds, rows = bench.lake.copy_floor(LOCATION, "at")
    floor = bench.keep(Line("records", FLOOR, data.bytes / 1e6, rows, seconds))
    parser = bench.parser("records", data)
    # About as many points in the form of the time that this peer was written for.
    old = bench.data("records-2017", 138e6)
    sqlite = bench.to_sqlite("records", "location-history", old.path, old)
    bench.targets += [
        Target("records: rows/s, as a share of COPY", 0.5, rows / ours.seconds / floor.rate),
        Target(f"records: records/s, times {PARSER}", 1.0, ours.rate / parser.rate),
        Target(f"records: records/s, times {TO_SQLITE}", 8.0, ours.rate / sqlite.rate),
    ]


def activity_json(bench: Bench) -> None:
    """My Activity in JSON, 50 MB."""
    data = bench.data("activity-json", 50e6)
    ours = bench.ours("activity-json", data, ACTIVITY)
    sqlite = bench.to_sqlite("activity-json", "my-activity", data.named_as_in_2017(), data)
    bench.parser("activity-json", data)
    bench.targets.append(Target(f"activity-json: records/s, times {TO_SQLITE}", 6.0, ours.rate / sqlite.rate))


def activity_html(bench: Bench) -> None:
    """My Activity in HTML, 20 MB."""
    data = bench.data("activity-html", 20e6)
    ours = bench.ours("activity-html", data, ACTIVITY)
    parser = bench.parser("activity-html", data)
    bench.targets.append(Target(f"activity-html: records/s, times {PARSER}", 10.0, ours.rate / parser.rate))


def fit(bench: Bench) -> None:
    """Measurements of Google Fit, 150 MB. No peer reads them."""
    ours = bench.ours("fit", bench.data("fit", 150e6), METRIC)
    bench.targets.append(Target("fit: points/s", 80_000, bench.lake.rows(METRIC) / ours.seconds))


def fitbit(bench: Bench) -> None:
    """A million heart rates of Fitbit, half of them in JSON, half in CSV. No peer reads them."""
    ours = bench.ours("fitbit", write_fitbit(BUILD / "bench-data", max(2, round(60 * bench.scale))), METRIC)
    bench.targets.append(Target("fitbit: points/s", 80_000, bench.lake.rows(METRIC) / ours.seconds))


def small_files(bench: Bench) -> None:
    """300,000 files of 1 kB in one archive: the progress must go on, and the time for one must not grow."""
    data = write_small_files(BUILD / "bench-data", round(300_000 * bench.scale))
    bench.lake.forget_blobs()
    bench.ours("small-files", data, FILE)
    bench.lake.forget_blobs()
    bench.lake.empty()
    bench.say("small-files: loading again, looking at the progress")
    seen = bench.lake.watch(data.path)
    bench.say(
        f"small-files: the progress stood still for {seen['pause_s']:.1f} s at most: {seen['during']!r}"
    )
    bench.targets += [
        Target("small-files: longest pause in the progress, s", 2, seen["pause_s"], True),
        Target(
            "small-files: first tenth of the files, as a share of the last one's time",
            0.85,
            seen["first_tenth_s"] / seen["last_tenth_s"],
        ),
    ]


def large(bench: Bench) -> None:
    """A 10 GB mailbox, a 5 GB folder of Google Fit, a 300 MB page: none of it may fill the memory."""
    folder = BUILD / "bench-data"
    makers: tuple[tuple[str, str, Callable[[], Export]], ...] = (
        ("large mbox", MESSAGE, lambda: write_mailbox(folder, round(10e9 * bench.scale))),
        ("large Fit", METRIC, lambda: write_fit(folder, round(5e9 * bench.scale))),
        ("large HTML", ACTIVITY, lambda: bench.data("activity-html", 300e6)),
    )
    for section, table, make in makers:
        bench.say(f"{section}: generating")
        data = make()
        bench.lake.forget_blobs()
        ours = bench.ours(section, data, table)
        data.path.unlink()
        bench.targets.append(
            Target(f"{section}: peak MB for {ours.megabytes:,.0f} MB", 250, ours.peak_mb or 0, True)
        )


def photos(bench: Bench) -> None:
    """50,000 files: small pictures with sidecars; then fewer in the size of a phone's; then a few films.

    No peer stores what it reads.
    """
    folder = BUILD / "bench-data"
    small = write_pictures(folder, round(25_000 * bench.scale), 200_000)
    pictures = write_pictures(folder, round(2_000 * bench.scale), 2_500_000)
    films = write_pictures(folder, 8, round(128e6 * bench.scale), films=True)
    for section, data in (("small photos", small), ("photos", pictures), ("films", films)):
        ours, hashed, copied = _pictures(bench, section, data)
        bench.targets += [
            Target(f"{section}: {HASHES}, MB/s", 300, hashed.megabytes / hashed.seconds),
            Target(f"{section}: MB/s, as a share of {COPIES}", 0.8, copied.seconds / ours.seconds),
        ]


def _pictures(bench: Bench, section: str, data: Export) -> tuple[Line, Line, Line]:
    """Our load, reading and hashing alone, and with a plain copy to the same disk."""
    bench.lake.forget_blobs()
    ours = bench.ours(section, data, PICTURES)
    hashed = Line(section, HASHES, data.bytes / 1e6, data.records, hash_members(data.path))
    with TemporaryDirectory(dir=bench.lake.settings.home) as scratch:
        seconds = hash_members(data.path, Path(scratch))
    copied = Line(section, COPIES, data.bytes / 1e6, data.records, seconds)
    return ours, bench.keep(hashed), bench.keep(copied)


def memory(bench: Bench) -> None:
    """Peak memory of our processes must not grow with the file."""
    for size in (200e6, 2e9):
        data = bench.data("records", size)
        line = bench.ours("memory", data, LOCATION)
        bench.targets.append(
            Target(
                f"memory: peak MB for {data.bytes / 1e6:,.0f} MB of Records.json",
                200,
                line.peak_mb or 0,
                True,
            )
        )


def scaling(bench: Bench) -> None:
    """The rate at ten million points beside the rate at one million."""
    rates = []
    for points in (1e6, 1e7):
        line = bench.ours("scaling", bench.data("records", points * RECORD_BYTES), LOCATION)
        rates.append(bench.lake.rows(LOCATION) / line.seconds)
    bench.targets.append(
        Target("scaling: rows/s at 10 million, as a share of 1 million", 0.85, rates[1] / rates[0])
    )


def mail(bench: Bench) -> None:
    """An mbox without attachments, 100 MB, one with, about 500 MB; Python's modules only parse them."""
    # The few pictures are of sizes so different that a third of what is asked for is written.
    for kind, size in (("mail", 100e6), ("mail-attachments", 1500e6)):
        data = bench.data(kind, size)
        ours = bench.ours(kind, data, MESSAGE)
        (path,) = data.unpacked().glob("Mail/*.mbox")
        run, messages = parse_mbox(path)
        bench.keep(Line(kind, STDLIB, data.bytes / 1e6, messages, run.seconds, run.peak_mb))
        if kind == "mail":
            bench.targets.append(Target("mail: messages/s", 3000, ours.rate))
        else:
            rate = ours.megabytes / ours.seconds
            bench.targets.append(Target("mail-attachments: MB/s", 60, rate))
        bench.targets.append(Target(f"{kind}: peak MB", 250, ours.peak_mb or 0, True))


SECTIONS: dict[str, Callable[[Bench], None]] = {
    "records": records,
    "activity-json": activity_json,
    "activity-html": activity_html,
    "fit": fit,
    "fitbit": fitbit,
    "mail": mail,
    "photos": photos,
    "small-files": small_files,
    "large": large,
    "memory": memory,
    "scaling": scaling,
}


def facts(bench: Bench) -> dict[str, object]:
    """The machine, the versions and the commit."""
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "load_before": os.getloadavg()[0],
        "system": platform.platform(),
        "python": platform.python_version(),
        "lakectl": lakectl.__version__,
        "commit": _git("rev-parse", "HEAD"),
        "changed_files": len(_git("status", "--porcelain").splitlines()),
        "server": bench.lake.versions,
        "connections": bench.lake.workers,
        "peers": list(PINNED),
        "scale": bench.scale,
    }


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", ROOT, *arguments], capture_output=True, text=True, check=False
    ).stdout.strip()


def show(bench: Bench, console: Console) -> None:
    """The table of measurements, then the targets."""
    table = Table("section", "what", box=None, header_style="bold")
    for heading in ("MB", "records", "seconds", "records/s", "peak MB", "ours is"):
        table.add_column(heading, justify="right")
    own = {line.section: line.rate for line in bench.lines if line.what == OURS}
    for line in bench.lines:
        compared = (
            "" if line.what == OURS or line.section not in own else f"{own[line.section] / line.rate:.2f} x"
        )
        table.add_row(
            line.section,
            line.what,
            f"{line.megabytes:,.0f}",
            f"{line.records:,}",
            f"{line.seconds:.1f}",
            f"{line.rate:,.0f}",
            "" if line.peak_mb is None else f"{line.peak_mb:.0f}",
            compared,
        )
    console.print(table)
    goals = Table("target", box=None, header_style="bold")
    for heading in ("wanted", "reached", ""):
        goals.add_column(heading, justify="right")
    for target in bench.targets:
        sign = "at most" if target.at_most else "at least"
        goals.add_row(
            target.what,
            f"{sign} {target.wanted:g}",
            f"{target.reached:.2f}",
            "met" if target.met else "not met",
        )
    console.print(goals)
    if bench.scale != 1:
        console.print("Sizes were small (--quick): the figures say nothing.")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="bench.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; all when none"
    )
    parser.add_argument("--quick", action="store_true", help="sizes of one fortieth")
    parser.add_argument("--home", type=Path, default=BUILD / "bench-lake", help="the lake of the benchmarks")
    parser.add_argument("--port", type=int, default=5499, help="its port")
    arguments = parser.parse_args()
    unknown = set(arguments.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"there is no section {min(unknown)}; the sections are {', '.join(SECTIONS)}")
    console = Console(width=None if sys.stdout.isatty() else 160, soft_wrap=True)
    progress = Console(stderr=True, soft_wrap=True)
    try:
        bench = Bench(
            BenchLake(arguments.home.resolve(), arguments.port, os.cpu_count() or 1),
            Peers(BUILD / "bench-peers"),
            0.025 if arguments.quick else 1.0,
            lambda line: progress.print(f"[dim]{datetime.now(UTC):%H:%M:%S}[/dim] {line}", highlight=False),
        )
        bench.say("starting the lake")
        bench.lake.start()
        about = facts(bench)
        try:
            for name in arguments.sections or SECTIONS:
                SECTIONS[name](bench)
        finally:
            bench.lake.stop()
    except (CommandFailed, LakeError) as error:
        progress.print(f"[red]Error:[/red] {error}", highlight=False)
        return 1
    show(bench, console)
    report = BUILD / "bench" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    results = {
        **about,
        "results": [{**asdict(line), "records_per_s": line.rate} for line in bench.lines],
        "targets": [{**asdict(target), "met": target.met} for target in bench.targets],
    }
    report.write_text(json.dumps(results, indent=2) + "\n")
    console.print(f"Written to {report}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
