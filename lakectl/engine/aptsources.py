"""Which Debian archive this machine uses, from its own apt configuration."""

import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lakectl.errors import LakeError

SUITE = "trixie"
# A host of another release or of another Debian-like system may name any of these; each has trixie beside it.
RELEASES = {
    "stable",
    "oldstable",
    "oldoldstable",
    "testing",
    "unstable",
    "sid",
    "bullseye",
    "bookworm",
    "trixie",
    "forky",
}
# Where Debian itself publishes: used only when the machine is no Debian and so names no archive of its own.
PUBLIC = ("http://deb.debian.org/debian", "http://deb.debian.org/debian-security")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# Settings of the host's apt that decide whether and how an archive is reached.
INHERITED = re.compile(
    r"^Acquire::(Check-Valid-Until|Check-Date|Max-ValidTime|ForceIPv[46]|https?::(?!Proxy-Auto-Detect))"
)


@dataclass(frozen=True)
class Source:
    """One suite of one archive, as an entry of sources.list or a .sources file names it."""

    uri: str
    suite: str
    components: tuple[str, ...]
    signed_by: str = ""


@dataclass(frozen=True)
class Archive:
    """Where trixie comes from: `uri` for debootstrap, `entries` for the sources.list of the new root."""

    uri: str
    entries: tuple[str, ...]
    keyring: Path


def parse_list(text: str) -> Iterator[Source]:
    """Entries of a one-line-style file, `deb [options] uri suite component...` (sources.list(5))."""
    for line in text.splitlines():
        match = re.match(r"^\s*deb\s+(?:\[(?P<options>[^]]*)\]\s*)?(?P<rest>[^#]+)", line)
        if match and len(words := match["rest"].split()) >= 3:
            options = dict(word.split("=", 1) for word in (match["options"] or "").split() if "=" in word)
            yield Source(words[0], words[1], tuple(words[2:]), options.get("signed-by", ""))


def parse_deb822(text: str) -> Iterator[Source]:
    """Entries of a .sources file: paragraphs of `Field: value`, continued by indented lines (deb822(5))."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for paragraph in re.split(r"\n\s*\n", "\n".join(lines)):
        fields: dict[str, str] = {}
        name = ""
        for line in paragraph.splitlines():
            if line[:1].isspace():
                fields[name] = fields.get(name, "") + "\n" + line.strip()
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() in (
            "no",
            "false",
        ):
            continue
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                yield Source(
                    uri, suite, tuple(fields.get("components", "").split()), fields.get("signed-by", "")
                )


def read(etc: Path = Path("/etc/apt")) -> list[Source]:
    """Every enabled binary source of the machine, `mirror+file:` lists replaced by their first archive."""
    found: list[Source] = []
    for path in [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]:
        if path.is_file() and path.suffix in (".list", ".sources"):
            parse = parse_deb822 if path.suffix == ".sources" else parse_list
            found.extend(parse(path.read_text(errors="replace")))
    return [_resolved(source) for source in found]


def _resolved(source: Source) -> Source:
    listing = Path(source.uri.removeprefix("mirror+file:"))
    if not source.uri.startswith("mirror+file:") or not listing.is_file():
        return source
    lines = [line.split()[0] for line in listing.read_text().splitlines() if line.strip() and line[0] != "#"]
    return Source(lines[0] if lines else source.uri, source.suite, source.components, source.signed_by)


def serves(uri: str, suite: str) -> bool:
    """Whether Debian's `suite` can be had below `uri`, asked through the machine's own apt."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "InRelease"
        try:
            subprocess.run(
                ["/usr/lib/apt/apt-helper", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=15",
                 "download-file", f"{uri.rstrip('/')}/dists/{suite}/InRelease", str(target)],
                check=True, capture_output=True, timeout=60,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return False
        return re.search(r"^Origin: Debian\s*$", target.read_text(errors="replace"), re.MULTILINE) is not None


def find(sources: list[Source], serves: Callable[[str, str], bool] = serves) -> Archive:
    """The archive to take trixie from, with its updates and security fixes where the machine uses those too.

    Raises LakeError when none of the machine's own archives, nor Debian's public one, answers.
    """
    mains = [s for s in sources if s.suite in RELEASES and "main" in s.components]
    fixes = [s.uri for s in sources if s.suite.endswith(("-security", "/updates")) and "main" in s.components]
    uris = list(dict.fromkeys(s.uri for s in mains))
    if not uris:
        uris, fixes = [PUBLIC[0]], [PUBLIC[1]]
    uri = next((uri for uri in uris if serves(uri, SUITE)), None)
    if uri is None:
        raise LakeError(
            f"The machine's package archive does not answer, or has no Debian {SUITE}.",
            "Check the network and `apt-get update`; the engine is built from Debian's packages.",
            status=3,
        )
    entries = [f"deb {uri} {SUITE} main"]
    if serves(uri, f"{SUITE}-updates"):
        entries.append(f"deb {uri} {SUITE}-updates main")
    security = next((fix for fix in dict.fromkeys(fixes) if serves(fix, f"{SUITE}-security")), None)
    if security:
        entries.append(f"deb {security} {SUITE}-security main")
    signed = next((Path(s.signed_by) for s in mains if s.uri == uri and s.signed_by.startswith("/")), KEYRING)
    return Archive(uri, tuple(entries), signed)


def inherited_settings() -> str:
    """The lines of the host's apt configuration that a root on this host needs too: proxies, clock checks."""
    dump = subprocess.run(
        ["apt-config", "dump", "Acquire"], capture_output=True, text=True, check=True
    ).stdout
    return "".join(f"{line}\n" for line in dump.splitlines() if INHERITED.match(line))
