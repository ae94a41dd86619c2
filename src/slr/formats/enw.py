"""EndNote's tagged format (``.enw``) and refer, its ancestor: a per cent sign, a letter, a blank, the value.

Source of the tag meanings: EndNote help, "EndNote Import Format"; refer(1).
"""

from __future__ import annotations

import re

from slr.formats import tagged
from slr.formats.authors import given_first
from slr.formats.base import Format, Parsed
from slr.formats.fields import Raw
from slr.formats.tagged import Block, Grammar

_TAGS = frozenset(f"%{sign}" for sign in "0ABCDEFGHIJKLMNOPQRSTUVWXYZ") | frozenset(
    f"%{sign}" for sign in "123456789!#$&()*+<=>?@[]^{|}~,:;"
)
_GRAMMAR = Grammar(
    tagged=re.compile(r"(%[0-9A-Z!-/:-@\[-`{-~])(?:[ \t](.*)|$)"),
    known=_TAGS,
    again=frozenset(["%0", "%T"]),
    blank_closes=True,
    suspect=re.compile(r"%\S(?: |$)"),
)
_START = re.compile(r"^%T \S", re.MULTILINE)
_OTHER = re.compile(r"^%[0ADJBEI] \S", re.MULTILINE)


def _looks_like(text: str) -> bool:
    return _START.search(text) is not None and _OTHER.search(text) is not None


def read(text: str, source: str) -> Parsed:
    """The records of an EndNote tagged file."""
    return tagged.read(text, source, _GRAMMAR, _raw)[0]


def _raw(block: Block) -> Raw:
    return Raw(
        title=block.text("%T"),
        authors=[given_first(name) for name in block.lines("%A", *(() if "%A" in block.tags else ("%E",)))],
        dates=block.values("%D", "%8", "%7"),
        venue=block.first("%J", "%B", "%S"),
        volume=block.first("%V"),
        issue=block.first("%N"),
        pages=block.first("%P"),
        dois=[*block.values("%R"), *(value for value in block.values("%U", "%3") if "doi.org/" in value)],
        types=block.values("%0") or ["article" if "%J" in block.tags else ""],
        languages=block.values("%G"),
        abstract=block.text("%X"),
        keywords=block.lines("%K"),
        url=block.first("%U"),
        serials=block.values("%@"),
        ids={"accession": block.first("%M")},
    )


ENW = Format(
    "EndNote tagged (enw)",
    _looks_like,
    read,
    known_by="a line `%T …` and one with `%0`, `%A`, `%D`, `%J`, `%B`, `%E` or `%I`",
    meanings="EndNote Import Format (Clarivate); refer(1)",
)
