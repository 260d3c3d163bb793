"""What the documents say is what the project is."""

import re
from pathlib import Path

from click.testing import CliRunner

from lakectl.cli import COMMANDS, main
from lakectl.sample import KINDS, ON_REQUEST

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


def test_help_fits_a_terminal() -> None:
    """In 80 columns no line is longer, and in the list of commands no sentence is cut."""
    for arguments in ([], *([name] for name in COMMANDS), ["user", "add"], ["service", "add"]):
        result = CliRunner().invoke(main, [*arguments, "--help"], terminal_width=80)
        usage, *lines = result.output.splitlines()
        assert [line for line in (usage, *lines) if len(line) > 80] == [], arguments
        assert [line for line in lines if line.endswith("...")] == [], arguments


def test_help_of_sample_names_every_kind() -> None:
    result = CliRunner().invoke(main, ["sample", "--help"])
    named = set(re.findall(r"[a-z0-9-]+", result.output.split("Kinds for --only:")[1].split("Examples:")[0]))
    assert {*KINDS, *ON_REQUEST} - named == set()


def test_architecture_names_what_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:db|docs|lakectl|tests|bench)/[\w./]+)`", text)
    assert named
    missing = [path for path in named if not (ROOT / path).exists()]
    assert missing == []
