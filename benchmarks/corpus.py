"""Made-up OpenAlex works on the report's topic, seeded: facts of no real publication."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

NOUNS = ("capability", "competence", "technology", "knowledge", "skill")
MOVES = [
    "transfer",
    "transmission",
    "movement",
    "diffusion",
    "learning",
    "linkages",
    "exchange",
    "export",
    "import",
    "flow",
    "acquisition",
    "spillover",
]
CONCEPTS = (
    "cluster",
    "clusters",
    "industrial cluster",
    "industrial districts",
    "regional strategic network",
    "between clusters",
    "inter-cluster",
)
FILLER = [
    "the",
    "of",
    "and",
    "in",
    "to",
    "a",
    "is",
    "that",
    "for",
    "regional",
    "firms",
    "innovation",
    "study",
    "we",
    "case",
    "policy",
    "growth",
    "local",
    "global",
    "networks",
    "learning",
    "analysis",
    "data",
    "evidence",
    "industry",
    "actors",
    "proximity",
    "paper",
    "results",
    "suggest",
    "development",
    "economic",
    "spatial",
    "institutions",
    "small",
    "medium",
    "enterprises",
    "survey",
    "interviews",
    "region",
    "trade",
    "value",
    "chain",
    "suppliers",
    "governance",
    "university",
    "research",
]
FAMILIES = (
    "Garcia",
    "Lee",
    "Smith",
    "Müller",
    "Rossi",
    "Chen",
    "Andersen",
    "Kowalski",
    "Silva",
    "Novak",
    "Dubois",
    "Tanaka",
)


def works(n: int, seed: int = 7, matching: float = 1.0) -> Iterator[dict[str, Any]]:
    """``n`` works; a share ``matching`` of them holds a term and a concept; one in twelve doubles an earlier one."""
    rng = random.Random(seed)
    for number in range(n):
        title = " ".join(rng.choices(FILLER, k=9)).capitalize()
        words = rng.choices(FILLER, k=rng.randint(120, 220))
        if rng.random() < matching:
            phrase, concept = f"{rng.choice(NOUNS)} {rng.choice(MOVES)}", rng.choice(CONCEPTS)
            words[30:30] = phrase.split()
            words[60:60] = concept.split()
        yield work(number, f"{title} {number if number % 12 else max(0, number - 1)}", words, rng)


def work(number: int, title: str, words: list[str], rng: random.Random) -> dict[str, Any]:
    index: dict[str, list[int]] = {}
    for position, word in enumerate(words):
        index.setdefault(word, []).append(position)
    year = rng.randint(1990, 2025)
    return {
        "id": f"https://openalex.org/W{4_000_000_000 + number}",
        "doi": None if number % 12 == 0 else f"https://doi.org/10.5555/slr.{number}",
        "title": title,
        "display_name": title,
        "publication_year": year,
        "publication_date": f"{year}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        "type": rng.choice(("article", "article", "article", "review", "book-chapter", "preprint")),
        "language": "en",
        "is_retracted": False,
        "ids": {"openalex": f"https://openalex.org/W{4_000_000_000 + number}"},
        "primary_location": {"source": {"display_name": f"Journal {rng.randint(1, 300)}", "type": "journal"}},
        "biblio": {"volume": str(rng.randint(1, 60)), "issue": "1", "first_page": "1", "last_page": "20"},
        "authorships": [{"author": {"display_name": f"A. {rng.choice(FAMILIES)}{number % 977}"}} for _ in range(3)],
        "keywords": [],
        "referenced_works": [f"https://openalex.org/W{4_000_000_000 + rng.randint(0, number)}" for _ in range(20)],
        "abstract_inverted_index": index,
    }
