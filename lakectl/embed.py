"""The default embedding model: into the database at deploy, and in bulk through its library.

The model is WordLlama (static: a text's vector is the mean of its tokens' vectors). Weights and tokenizer come
with the package, so nothing is downloaded. What makes a vector of a text in SQL is db/functions/vectors/embed.sql.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg
from pgvector.psycopg.vector import register_vector_info
from psycopg.types import TypeInfo

from lakectl.config import Settings
from lakectl.database import queries
from lakectl.errors import LakeError

MODEL = "wordllama-l2-supercat-256"
DIMENSIONS = 256
SPACE = "\u2581"  # how the vocabulary writes a space
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
                f"The embedding model's file {path} is missing.", "Install wordllama again: its wheel contains it."
            )
    return found


def load_model(connection: psycopg.Connection, settings: Settings) -> bool:
    """Fill vectors.token, merge and model, on the deploy's connection and in its transaction.

    Returns False, having done nothing, when this very model is there already. A different model makes every
    text pending again.
    """
    if settings.embedding.model != MODEL:
        raise LakeError(f"Unknown embedding model {settings.embedding.model!r}.", f"The one model is {MODEL}.")
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
        {"name": MODEL, "dimensions": DIMENSIONS, "sha256": sha256, "pattern": unit_pattern(list(vocabulary))},
    )
    connection.execute(queries["analyze_model"])
    if row is not None:
        connection.execute(queries["forget_embeddings"])
    return True


def unit_pattern(vocabulary: list[str]) -> str:
    """A regular expression for the units of a text that no token crosses, so that each can be tokenised alone.

    Characters that occur in tokens of several characters make units together, with the spaces before them; any
    other character is a unit by itself.
    """
    joining = {c for token in vocabulary if len(token) > 1 and not CONTROL.fullmatch(token) for c in token}
    joining.discard(SPACE)
    members = "".join(f"\\U{ord(c):08x}" for c in sorted(joining))
    return f"<unk>|</?s>|{SPACE}*[{members}]+|{SPACE}+|."


def _read_tokenizer(path: Path) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Vocabulary (token to id) and merges in order of rank of a `tokenizers` file, checked for our assumptions."""
    model: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["model"]
    vocabulary: dict[str, int] = model["vocab"]
    merges = [tuple(merge.split(" ")) if isinstance(merge, str) else tuple(merge) for merge in model["merges"]]
    if not model["byte_fallback"] or any(
        SPACE in token.lstrip(SPACE) for token in vocabulary if not CONTROL.fullmatch(token)
    ):
        raise LakeError(f"{path} is a tokenizer of another kind than vectors.embed() follows.")
    return vocabulary, merges  # type: ignore[return-value]


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
