"""What is read off a signature stands in every sample that the signature matches."""

from pathlib import Path

import pytest

from lakectl import database
from lakectl.config import Settings
from lakectl.load.decoders.text import head_text
from lakectl.load.loader import HEAD_BYTES

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "takeout-samples"
CHECK = """
    SELECT count(*), count(*) FILTER (WHERE d.texts IS NOT NULL),
           array_agg(DISTINCT d.document) FILTER (
             WHERE d.texts IS NOT NULL
               AND NOT EXISTS (SELECT FROM unnest(d.texts) AS t WHERE strpos(h.head, t) > 0))
      FROM imports.document AS d, unnest(%s::text[]) AS h(head) WHERE h.head ~ d.signature
"""


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the sample exports are not here: {SAMPLES} is no folder")
def test_no_signature_matches_without_its_texts(lake: Settings) -> None:
    heads: list[str] = []
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                head = head_text(file.read(HEAD_BYTES))
            heads += [head] if head is not None else []
    with database.superuser(lake) as connection:
        found = connection.execute(CHECK, [heads]).fetchone()
    assert found is not None
    matches, tried, missed = found
    assert missed is None
    assert tried > max(100, matches / 2), "most signatures tell a text"
