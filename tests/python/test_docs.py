"""What the documents say is what the project is."""

import re
from pathlib import Path

from click.testing import CliRunner

from lakectl.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]


def test_every_error_code_is_documented() -> None:
    used = {
        code
        for path in (ROOT / "db").rglob("*.sql*")
        for code in re.findall(r"'(LK\d{3})'", path.read_text(encoding="utf-8"))
    }
    listed = set(re.findall(r"^\| (LK\d{3}) \|", (ROOT / "docs/errors.md").read_text(encoding="utf-8"), re.M))
    assert used == listed


def test_every_command_has_help_and_a_place_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0, name
        assert len(result.output.splitlines()) > 4, f"the help of {name} teaches nothing"
        assert f"lakectl {name}" in readme, f"README does not show lakectl {name}"


def test_architecture_names_what_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:db|docs|lakectl|tests|bench)/[\w./]+)`", text)
    assert named
    missing = [path for path in named if not (ROOT / path).exists()]
    assert missing == []
