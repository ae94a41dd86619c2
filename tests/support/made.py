"""What the servers of tests need of a made work (``works.made_work``) to show it in another service's shape."""

from __future__ import annotations

import re
from typing import Any

from slr.matrix.stem import stem

Work = dict[str, Any]


def number_of(work: Work) -> int:
    """``https://openalex.org/W7`` -> 7."""
    return int(work["id"].rpartition("W")[2])


def abstract_of(work: Work) -> str:
    """The plain text of the inverted abstract, '' where there is none."""
    index = work.get("abstract_inverted_index") or {}
    places = {place: word for word, where in index.items() for place in where}
    return " ".join(places[place] for place in sorted(places))


def doi_of(work: Work) -> str | None:
    """The bare DOI."""
    return work["doi"].removeprefix("https://doi.org/") if work.get("doi") else None


def names_of(work: Work) -> list[str]:
    """The authors' printed names."""
    return [one["author"]["display_name"] for one in work["authorships"]]


def phrase_in(phrase: str, *texts: str) -> bool:
    """Whether the words of a phrase stand together in one of the texts, by their stems."""
    wanted = f" {_words(phrase)} "
    return any(wanted in f" {_words(text)} " for text in texts)


def _words(text: str) -> str:
    return " ".join(map(stem, re.findall(r"\w+", text.lower())))
