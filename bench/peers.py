"""The tools we compare with, each as its own users run it, in an environment of their own."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from bench import measure

PINNED = ("google_takeout_parser[optional]==0.1.13", "google-takeout-to-sqlite==0.2", "setuptools==80.9.0")
"""`[optional]` is orjson, which makes the parser faster."""

_PARSE = Path(__file__).with_name("parse_with_peer.py")


class Peers:
    """An environment with both peers, made on first use below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        stamp = folder / "pinned.json"
        if not (stamp.exists() and json.loads(stamp.read_text()) == list(PINNED)):
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            install = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*install, *PINNED], check=True)
            stamp.write_text(json.dumps(PINNED))

    def parse(self, takeout: Path) -> tuple[measure.Run, int]:
        """google_takeout_parser over an unpacked export: the run, and the records it gave."""
        done = measure.run([self.python, _PARSE, takeout], {"GOOGLE_TAKEOUT_PARSER_LOCALE": "EN"})
        facts = json.loads(done.output.splitlines()[-1])
        if not facts["records"]:
            raise measure.CommandFailed(f"google_takeout_parser read nothing in {takeout}:\n{done.output}")
        return done, int(facts["records"])

    def to_sqlite(self, what: str, archive: Path, database: Path) -> tuple[measure.Run, int]:
        """google-takeout-to-sqlite `what` (location-history or my-activity): the run, and the rows made."""
        database.unlink(missing_ok=True)
        # Its program by way of Python: the installed one names the folder it was made in.
        program: list[str | Path] = [self.python, "-c", "from google_takeout_to_sqlite.cli import cli; cli()"]
        done = measure.run([*program, what, database, archive])
        table = what.replace("-", "_")
        with closing(sqlite3.connect(database)) as connection:
            rows = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        database.unlink()
        return done, int(rows)


def parse_mbox(path: Path) -> tuple[measure.Run, int]:
    """Python's mailbox and email over an mbox, all parts decoded: the run, and the messages found."""
    done = measure.run([sys.executable, Path(__file__).with_name("parse_with_mailbox.py"), path])
    return done, int(done.output.splitlines()[-1])
