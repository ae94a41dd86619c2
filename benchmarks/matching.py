"""How many title+abstract pairs a second are matched against 60 x 22 = 1,320 cells on one core.

Run ``python benchmarks/matching.py``. The texts are made up from a seed: about 200 words drawn by Zipf's law from
20,000 words, with punctuation and hyphens, phrases of the matrix in every third. Beside the goal stands what a plain
loop over the cells does with two compiled regular expressions a cell, measured in the same run on some of these texts.
"""

from __future__ import annotations

import itertools
import random
import re
import time
from collections.abc import Callable, Iterable

from slr.matrix.analysis import STEMMED
from slr.matrix.match import Matcher
from slr.matrix.terms import Matrix, expand

GOAL = 5_000
TEXTS = 20_000
LOOP_TEXTS = 100
SEED = 20_111

NOUNS = ["capability", "competence", "technology", "knowledge", "skill"]
WORDS = "transfer transmission movement diffusion learning linkages exchange export import flow acquisition spill-over"
FREQUENT = "the of and in to a is for that with on as by we are from this between industrial knowledge"
PLACES = ["beyond {}s", "outside {}s", "between {}s", "{} to {}", "{}"]
UNITS = ["cluster", "industrial cluster", "industrial district", "regional strategic network"]

Pair = tuple[str, str]


def matrix() -> Matrix:
    """60 terms and 22 concepts, with spelling variants."""
    concepts = [place.format(unit, unit) for unit in UNITS for place in PLACES] + ["inter-cluster", "inter cluster"]
    variants = {"spill-over": ["spill over", "spillover"], "inter-cluster": ["intercluster"]}
    return expand({"terms": [{"noun": NOUNS, "word": WORDS.split()}], "concepts": concepts}, variants, True)


def vocabulary(rng: random.Random) -> list[str]:
    """The matrix's own words and function words among 20,000 made of syllables, the frequent ones short."""
    syllables = ["".join(pair) for pair in itertools.product("bcdfglmnprstv", "aeiou")]
    endings = ["", "", "s", "ed", "ing", "tion", "al"]
    made = ["".join(rng.choices(syllables, k=2 + i // 7_000)) + rng.choice(endings) for i in range(20_000)]
    made[:40:2] = FREQUENT.split()
    made[40:400:9] = (NOUNS + WORDS.split() + ["cluster", "clusters", "network", "regional", "flows", "firms"] * 4)[:40]
    return made


def texts(rng: random.Random, phrases: list[str]) -> Iterable[Pair]:
    """Pairs of a title (12 words) and an abstract (about 190 words)."""
    words = vocabulary(rng)
    cumulated = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))
    for i in range(TEXTS):
        chosen = rng.choices(words, cum_weights=cumulated, k=rng.randint(180, 220))
        for place in range(0, len(chosen), 13):
            chosen[place] = chosen[place].capitalize()
            chosen[place - 1] += rng.choice([".", ",", ";", ")"])
        if i % 3 == 0:
            chosen[rng.randrange(len(chosen))] = rng.choice(phrases)
            chosen[rng.randrange(len(chosen))] = rng.choice(phrases)
        yield " ".join(chosen[:12]), " ".join(chosen[12:])


def loop_over_cells(of: Matrix) -> Callable[[Pair], int]:
    """The plain way: for each cell, search both of its phrases; returns the number of cells found."""
    axes = [
        [re.compile(rf"\b(?:{'|'.join(map(re.escape, phrase.texts))})s?\b", re.IGNORECASE) for phrase in axis.phrases]
        for axis in of.axes
    ]

    def cells(pair: Pair) -> int:
        text = "\n".join(pair)
        return sum(bool(term.search(text) and concept.search(text)) for term in axes[0] for concept in axes[1])

    return cells


def rate(match: Callable[[Pair], object], pairs: list[Pair]) -> float:
    """Pairs a second, in time of this process on its core."""
    start = time.process_time()
    for pair in pairs:
        match(pair)
    return len(pairs) / (time.process_time() - start)


def main() -> None:
    of = matrix()
    phrases = [text for axis in of.axes for phrase in axis.phrases for text in phrase.texts]
    pairs = list(texts(random.Random(SEED), phrases))
    matcher = Matcher(of, STEMMED)
    cold = rate(lambda pair: matcher.match(*pair, ()), pairs)
    warm = rate(lambda pair: matcher.match(*pair, ()), pairs)
    loop = rate(loop_over_cells(of), pairs[:LOOP_TEXTS])
    words = sum(len(f"{title} {abstract}".split()) for title, abstract in pairs) / TEXTS
    found = sum(matcher.match(*pair, ()).attributed for pair in pairs)
    print(f"{TEXTS:,} pairs of {words:.0f} words, {of.cells:,} cells; {found:,} pairs lie in a cell")
    print(f"  matcher, from the first pair on  {cold:>9,.0f} pairs/s   goal {GOAL:,}")
    print(f"  matcher, words already met       {warm:>9,.0f} pairs/s   goal {GOAL:,}")
    print(f"  loop over the cells              {loop:>9,.0f} pairs/s   on {LOOP_TEXTS} of the pairs")
    print(f"  the matcher is {cold / loop:,.0f} times as fast as the loop")


if __name__ == "__main__":
    main()
