"""A person's printed name as ``Family, Given``."""

from __future__ import annotations

import re

PARTICLES = frozenset(
    """
    af al auf bin d da dal das de degli dei del della den der des di do dos du e el ibn la las le los op san santa
    's 't te ten ter tot und van vom von y zu zum zur
    """.split()  # noqa: SIM905 - a table is read more easily than a list of strings
)
"""Lower-case words that open a family name (van der Berg, de la Cruz, dos Santos)."""

SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def family_first(name: str) -> str:
    """``Peter van der Berg Jr.`` -> ``van der Berg, Peter, Jr.``.

    A name that has its comma already, a single word, and a name in Chinese, Japanese or Korean writing stay as they
    are: their order is not ours to guess. A particle counts only in lower case, after the first and before the last
    word.
    """
    name = " ".join(name.split())
    words = name.split(" ")
    if "," in name or len(words) == 1 or _CJK.search(name):
        return _comma_suffix(name)
    suffix = words.pop() if len(words) > 2 and words[-1].rstrip(".").lower() in SUFFIXES else None
    start = next((i for i in range(1, len(words) - 1) if words[i] in PARTICLES), len(words) - 1)
    if words[0] in PARTICLES:  # no given name: the particle opens all there is
        start = 0
    return ", ".join(part for part in (" ".join(words[start:]), " ".join(words[:start]), suffix) if part)


def _comma_suffix(name: str) -> str:
    """``John Smith, Jr.`` has a comma that parts no family name; every other name is handed back."""
    head, _, tail = name.rpartition(", ")
    if tail.rstrip(".").lower() in SUFFIXES and head and "," not in head:
        return f"{family_first(head)}, {tail}"
    return name
