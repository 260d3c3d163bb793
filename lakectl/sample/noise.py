"""Randomness without state: every value is a pure function of the seed and of what it is for.

Two exports of the same person therefore agree wherever they overlap, whatever their windows and in
whatever order they are written.
"""

import hashlib
import random

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Reals = NDArray[np.float64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def digest(*parts: object) -> int:
    """A 63-bit number from any printable parts."""
    text = "\x1f".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") >> 1


def generator(*parts: object) -> random.Random:
    """A generator of its own for one purpose, such as the searches of one day."""
    return random.Random(digest(*parts))


def uniform(keys: Keys, salt: int) -> Reals:
    """Numbers in [0, 1), one per key (splitmix64)."""
    mixed = keys.astype(np.uint64) * _GOLDEN + np.uint64(salt % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normal_pair(keys: Keys, salt: int) -> tuple[Reals, Reals]:
    """Two independent standard normal numbers per key (Box-Muller)."""
    radius = np.sqrt(-2.0 * np.log1p(-uniform(keys, salt)))
    angle = 2.0 * np.pi * uniform(keys, salt + 1)
    return radius * np.cos(angle), radius * np.sin(angle)
