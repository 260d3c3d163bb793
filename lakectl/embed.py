"""The default embedding model: into the database at deploy, and in bulk through its library.

The model is WordLlama (static: a text's vector is the mean of its tokens' vectors). Weights and tokenizer
come with the package, so nothing is downloaded. db/functions/vectors/embed.sql does the same in SQL.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from pgvector.psycopg.vector import register_vector_info
from psycopg.types import TypeInfo

from lakectl import database
from lakectl.config import Settings
from lakectl.database import queries
from lakectl.errors import LakeError

MODEL = "wordllama-l2-supercat-256"
DIMENSIONS = 256
SPACE = "\u2581"  # how the vocabulary writes a space
LONGEST = 8000  # characters of a text that count, as in vectors.embed_texts()
PORTION = 2000  # texts in one transaction of lakectl embed
BATCH_CHARACTERS = 16_384  # characters in one call of the library, which pads all texts to the longest
CONTROL = re.compile(r"<unk>|</?s>|<0x[0-9A-F]{2}>")


@dataclass(frozen=True)
class ModelFiles:
    """Where the package keeps the model."""

    weights: Path
    tokenizer: Path

    def sha256(self) -> str:
        digest = hashlib.sha256()
        for path in (self.weights, self.tokenizer):
            digest.update(path.read_bytes())
        return digest.hexdigest()


def model_files() -> ModelFiles:
    """The default model's files; LakeError when the package came without them."""
    package = Path(str(files("wordllama")))
    found = ModelFiles(
        package / "weights" / "l2_supercat_256.safetensors",
        package / "tokenizers" / "l2_supercat_tokenizer_config.json",
    )
    for path in (found.weights, found.tokenizer):
        if not path.is_file():
            raise LakeError(
                f"The embedding model's file {path} is missing.",
                "Install wordllama again: its wheel contains it.",
            )
    return found


def load_model(connection: psycopg.Connection, settings: Settings) -> bool:
    """Fill vectors.token, merge and model, on the deploy's connection and in its transaction.

    Returns False, having done nothing, when this very model is there already. A different model makes every
    text pending again.
    """
    if settings.embedding.model != MODEL:
        raise LakeError(
            f"Unknown embedding model {settings.embedding.model!r}.", f"The one model is {MODEL}."
        )
    source = model_files()
    sha256 = source.sha256()
    row = connection.execute(queries["model_sha256"]).fetchone()
    if row is not None and row[0] == sha256:
        return False

    vocabulary, merges = _read_tokenizer(source.tokenizer)
    connection.execute(queries["clear_model"])
    _copy_tokens(connection, vocabulary, source.weights)
    with connection.cursor().copy(queries["copy_merges"]) as copy:
        copy.set_types(["int4", "int4", "int4", "int4"])
        for rank, (left, right) in enumerate(merges):
            copy.write_row((vocabulary[left], vocabulary[right], rank, vocabulary[left + right]))
    connection.execute(
        queries["set_model"],
        {
            "name": MODEL,
            "dimensions": DIMENSIONS,
            "sha256": sha256,
            "pattern": unit_pattern(list(vocabulary)),
        },
    )
    connection.execute(queries["analyze_model"])
    if row is not None:
        connection.execute(queries["forget_embeddings"])
    return True


def unit_pattern(vocabulary: list[str]) -> str:
    """A regular expression for the units of a text that no token crosses: each can be tokenised alone.

    Characters that occur in tokens of several characters make units together, with the spaces before them;
    any other character is a unit by itself.
    """
    joining = {c for token in vocabulary if len(token) > 1 and not CONTROL.fullmatch(token) for c in token}
    joining.discard(SPACE)
    members = "".join(f"\\U{ord(c):08x}" for c in sorted(joining))
    return f"<unk>|</?s>|{SPACE}*[{members}]+|{SPACE}+|."


def _read_tokenizer(path: Path) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Vocabulary (token to id) and merges, best first, of a `tokenizers` file; LakeError for another kind."""
    model: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["model"]
    vocabulary: dict[str, int] = model["vocab"]
    pairs = (merge.split(" ") if isinstance(merge, str) else merge for merge in model["merges"])
    merges = [(str(left), str(right)) for left, right in pairs]
    if not model["byte_fallback"] or any(
        SPACE in token.lstrip(SPACE) for token in vocabulary if not CONTROL.fullmatch(token)
    ):
        raise LakeError(f"{path} is a tokenizer of another kind than vectors.embed() follows.")
    return vocabulary, merges


def _copy_tokens(connection: psycopg.Connection, vocabulary: dict[str, int], weights: Path) -> None:
    from safetensors import safe_open  # noqa: PLC0415 - slow to import, and a second deploy has no use for it

    with safe_open(weights, framework="np") as file:
        vectors = file.get_tensor("embedding.weight")
    if vectors.shape != (len(vocabulary), DIMENSIONS):
        raise LakeError(f"{weights} holds {vectors.shape}, not {(len(vocabulary), DIMENSIONS)} numbers.")
    register_vector_info(connection, TypeInfo.fetch(connection, "ext.vector"))
    with connection.cursor().copy(queries["copy_tokens"]) as copy:
        copy.set_types(["int4", "text", "vector"])
        for token, token_id in vocabulary.items():
            copy.write_row((token_id, token, vectors[token_id]))


Vectors = npt.NDArray[np.float32]


class Library:
    """The model's own library: the vectors of vectors.embed(), several times as fast."""

    def __init__(self) -> None:
        from wordllama import WordLlama  # noqa: PLC0415 - takes a second

        package = model_files().weights.parent.parent
        self._model = WordLlama.load(cache_dir=package, disable_download=True)

    def embed(self, texts: list[str]) -> Vectors:
        """Vectors of length 1, an array of shape (len(texts), 256); no text may be empty."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for batch in _batches(texts):
            vectors[batch] = self._model.embed(
                [texts[i][:LONGEST] for i in batch], norm=True, batch_size=len(batch)
            )
        return vectors


def _batches(texts: list[str]) -> Iterator[list[int]]:
    """Positions of texts of about the same length, few where they are long: memory stays bounded."""
    batch: list[int] = []
    for i in sorted(range(len(texts)), key=lambda i: len(texts[i])):
        if batch and (len(batch) + 1) * min(len(texts[i]), LONGEST) > BATCH_CHARACTERS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def embed_user(
    settings: Settings,
    name: str,
    library: Library | None = None,
    show: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Collect the texts of the lake user `name` and embed those that wait; returns how many it embedded.

    `show(done, total)` is called after each portion, which is a transaction of its own. LakeError when the
    model in the lake is another one.
    """
    library = library or Library()
    embedded = 0
    try:
        with database.user(settings, name, autocommit=True) as connection:
            register_vector_info(connection, TypeInfo.fetch(connection, "ext.vector"))
            row = connection.execute(queries["model_sha256"]).fetchone()
            if row is None or row[0] != model_files().sha256():
                raise LakeError(
                    "The lake holds another embedding model than this lakectl.",
                    "Run `lakectl deploy`.",
                    status=3,
                )
            connection.execute(queries["collect_own"])
            (total,) = connection.execute(queries["count_pending"]).fetchone() or (0,)
            show(0, total)
            while portion := connection.execute(queries["pending_texts"], {"limit": PORTION}).fetchall():
                ids = [text_id for text_id, _ in portion]
                vectors = library.embed([text for _, text in portion])
                stored = connection.execute(
                    queries["store_embeddings"], {"ids": ids, "embeddings": list(vectors)}
                ).fetchone()
                # Less than the portion where the lake's own job was quicker.
                embedded += stored[0] if stored else 0
                show(embedded, total)
    except psycopg.Error as error:
        raise database.explain(error) from None
    return embedded
