"""Names of authors as databases write them, to ``Family, Given``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from slr.names import family_first

_INITIALS = r"(?:[^\W\d_a-z]\.?[ -]?){1,4}"
_FAMILY_INITIALS = re.compile(
    rf"(?P<family>\S.*?),?[ ](?P<given>{_INITIALS})(?:[ ](?P<suffix>Jr|Sr|2nd|3rd|II|III|IV)\.?)?"
)
_ONLY_INITIALS = re.compile(rf"{_INITIALS}(?:,? ?(?:Jr|Sr)\.?)?")
_BODY = re.compile(
    r"\d|\b(?:association|collaborat\w+|college|committee|consorti\w+|council|department|federation|foundation|group|hospital"
    r"|inc|institut\w*|investigators|ltd|ministry|network|organi[sz]ation|press|programme?|project|society|team|university"
    r"|anonymous|unknown)\b",
    re.IGNORECASE,
)
"""What is in the name of a body, not of a person."""
_COMMA = re.compile(r"\s*,\s*")
_AND_OTHERS = re.compile(r"^(?:et ?al|and others|others|…|\.{2,})\.?$", re.IGNORECASE)


def names(values: Iterable[str]) -> tuple[str, ...]:
    """The single names of values that each hold one, or several with semicolons; blanks mended, "et al." left out."""
    found = (" ".join(name.split()).strip(" ,;…") for value in values for name in value.split(";"))
    return tuple(_COMMA.sub(", ", name) for name in found if name and not _AND_OTHERS.match(name))


def initials_last(name: str) -> str:
    """``van der Berg AB`` and ``Gao X.`` (PubMed, Embase, Scopus) with a comma; any other name stays."""
    found = _FAMILY_INITIALS.fullmatch(name)
    if "," in name or found is None or (name.isupper() and len(name.split()) > 2):
        return name
    parts = (found["family"], found["given"].strip(), found["suffix"])
    return ", ".join(part for part in parts if part)


def given_first(name: str) -> str:
    """``Peter van der Berg`` with the family name first; bodies, and names that have their comma, stay."""
    return name if "," in name or _BODY.search(name) else family_first(name)


def either_way(name: str) -> str:
    """A name without comma of which it is not known which way round it is: initials tell."""
    turned = initials_last(name)
    return turned if turned != name else given_first(name)


def listed(text: str) -> tuple[str, ...]:
    """The authors in one cell of a table, parted by ``;``, ``|``, ``&&``, ``and``, commas, or in a list in brackets."""
    cell = text.strip(" \t\n…")
    if cell.startswith("[") and cell.endswith("]"):
        return names(either_way(name) for name in _literal(cell))
    for mark in (";", "|", "&&", "\n"):
        if mark in cell:
            return names(either_way(name.strip(" …")) for name in cell.split(mark))
    parts = re.split(r",?\s+(?:and|AND|&)\s+", cell)
    prose = len(parts) > 1 and ("," not in parts[-1] or parts[0].count(",") > 2)
    single = (name for part in parts for name in (_by_commas(part) if prose or len(parts) == 1 else [part]))
    return names(either_way(name.strip(" …")) for name in single)


def _literal(cell: str) -> list[str]:
    """The strings of a list as Python or JSON writes it."""
    try:
        found = ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        found = cell.strip("[]").split(";")
    return [str(name) for name in found]


def _by_commas(cell: str) -> list[str]:
    """``Smith A, Jones B`` are two names, ``Smith, A., Jones, B.`` too, ``Smith, Anna`` is one."""
    parts = [part.strip() for part in cell.split(",") if part.strip()]
    if len(parts) > 1 and len(parts) % 2 == 0 and all(_ONLY_INITIALS.fullmatch(part) for part in parts[1::2]):
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    if len(parts) > 1 and all(" " in part or _AND_OTHERS.match(part) for part in parts):
        return parts
    return [cell]
