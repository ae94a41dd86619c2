"""The known records that new ones have to be compared with: those that share a key of any block with one of them.

What grouping the new ones with these comes to is what grouping all records would, because a pair of known records is
not compared again, and every block that a new record is in is there whole. It costs as much as there are new records,
though, not as there are known ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Set
from functools import cache
from importlib import resources
from zlib import crc32

import numpy as np

from slr.dedup.blocking import KEYS
from slr.dedup.sides import Side

_NUMBER = np.dtype("<u4")


@cache
def rules_hash() -> str:
    """Identifies how records are compared: what an earlier slr compared by other rules is compared anew."""
    code = [f for f in resources.files("slr.dedup").iterdir() if f.name.endswith(".py")]
    code.append(resources.files("slr").joinpath("normalize.py"))
    text = "".join(f.read_text("utf-8") for f in sorted(code, key=lambda f: f.name))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def keys_of(one: Side) -> bytes:
    """A 4-byte number for each key of a record: equal for equal keys.

    Two keys that differ have one number once in 4 billion times: a comparison too many, which changes nothing.
    """
    numbers = {crc32(repr((blocks.name, key)).encode()) for blocks in KEYS for key in blocks.keys(one)}
    return np.array(sorted(numbers), _NUMBER).tobytes()


def near(keys: Iterable[bytes], known: list[tuple[str, bytes]]) -> set[str]:
    """The ids of the known records (record_id, keys) that share a number with any of ``keys``."""
    wanted = np.unique(np.frombuffer(b"".join(keys), _NUMBER))
    every = np.frombuffer(b"".join(own for _, own in known), _NUMBER)
    owner = np.repeat(np.arange(len(known)), [len(own) // _NUMBER.itemsize for _, own in known])
    return {known[k][0] for k in np.unique(owner[np.isin(every, wanted)]).tolist()}


def with_works(found: Set[str], work_of: Mapping[str, str]) -> set[str]:
    """The records, and all that are in a work with one of them: a work is joined whole or not at all."""
    touched = {work_of[record_id] for record_id in found if record_id in work_of}
    return set(found) | {record_id for record_id, work_id in work_of.items() if work_id in touched}
