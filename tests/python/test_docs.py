"""What the documents say is what the project is."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from lakectl.cli import COMMANDS, main
from lakectl.sample import KINDS, ON_REQUEST

ROOT = Path(__file__).parents[2]
DOCS = [f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))]


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


def test_architecture_names_every_module() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = {path.name for path in (ROOT / "lakectl").glob("*.py") if not path.name.startswith("__")}
    packages = {f"{path.parent.name}/" for path in (ROOT / "lakectl").glob("*/__init__.py")}
    assert {name for name in modules | packages if f"`{name}`" not in text} == set()


SCHEMAS = "imports|takeout|user_data|timeseries|vectors|archive|analytics|lake|ops"
MADE = rf"CREATE (?:OR REPLACE )?(?:MATERIALIZED VIEW|[A-Z]+) (?:IF NOT EXISTS )?((?:{SCHEMAS})\.\w+)"


def named_in_sql(text: str) -> set[str]:
    """What a page names as schema.name, in tables also after another: `user_data.note`, `task`."""
    found = set(re.findall(rf"\b((?:{SCHEMAS})\.(?!toml\b)[a-z_]\w*)(?![\w*])", text))
    cells = "\n".join(line for line in text.splitlines() if line.startswith("|"))
    for schema, others in re.findall(rf"`({SCHEMAS})\.\w+`((?:, `\w+`)+)", cells):
        found.update(f"{schema}.{name}" for name in re.findall(r"\w+", others))
    return found


@pytest.mark.parametrize(
    "page", ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", *DOCS], ids=str
)
def test_what_a_page_names_is_in_the_database(page: str) -> None:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "db").rglob("*.sql*"))
    made = {name for source in sources for name in re.findall(MADE, source)}
    assert named_in_sql((ROOT / page).read_text(encoding="utf-8")) - made == set()
