"""Titles compared word by word: is one the other misspelt, shortened, or a title that tells too little."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from slr.dedup.sides import Side, is_number

FUNCTION_WORDS = frozenset(
    "a an the of in on at for to and by from with its s la le les el los de der die das und et".split()  # noqa: SIM905
)
SHORT_TITLE_WORDS = 4
SHORT_TITLE_LETTERS = 24
SHORT_TITLE_TELLING = 3
LONG_TITLE_LETTERS = 50
LONG_TITLE_TELLING = 6
GENERIC = frozenset(
    """
    a about abstract abstracts acknowledgement acknowledgements acknowledgment acknowledgments an and announcement
    announcements annual article articles at author authors awards board book books brief calendar call chair chairs
    chapter column comment commentary comments conclusion conclusions conference content contents contributors
    correspondence cover dear discussion editor editorial editorials editors erratum essay events for foreword forum
    from front full general guest highlights i ii iii in index information international interview introduction
    introductory invited issue issues journal keynote letter letters list looking matter meeting member members
    message minutes news newsletter note notes notice obituary of on opinion our overview page panel paper papers part
    perspective perspectives poster posters preface president presidential proceedings profile program programme
    references rejoinder remarks reply report reports research response review reviewer reviewers reviews s section
    session society special spotlight statement subject summary supplement symposium table thank the this to track
    title tutorial update upcoming us vol volume welcome what whats with word workshop year
    """.split()  # noqa: SIM905 - a table is read more easily than a list of strings
)
"""Titles of these words only head many publications."""


def telling_words(title: str) -> int:
    """How many words of a normalized title tell something; two signs of a writing without blanks count as a word."""
    words = [w for w in title.split() if len(w) > 1 and w not in GENERIC and w not in FUNCTION_WORDS]
    return sum(1 if w.isascii() else len(w) // 2 for w in words)


def is_short(title: str) -> bool:
    """True for a normalized title that says too little to tell a publication by ("Eculizumab", "Career forum")."""
    if not title.isascii():
        return telling_words(title) < SHORT_TITLE_WORDS
    brief = len(title) < SHORT_TITLE_LETTERS or title.count(" ") + 1 < SHORT_TITLE_WORDS
    return brief or telling_words(title) < SHORT_TITLE_TELLING


def is_long(title: str) -> bool:
    """True for a normalized title that hardly two publications of one year share."""
    return len(title) >= LONG_TITLE_LETTERS and telling_words(title) >= LONG_TITLE_TELLING


def is_generic(title: str) -> bool:
    """True for a normalized title that heads many publications ("Editorial", "Guest editor's introduction")."""
    return all(word in GENERIC or word.isdigit() for word in title.split())


def _extra(a: Side, b: Side) -> tuple[list[str], list[str]]:
    one, other = a.title.split(), b.title.split()
    return [w for w in one if w not in other], [w for w in other if w not in one]


_EDITIONS = frozenset(
    """
    abridged abstract addendum appendix demo demonstration draft edition erratum executive extended extension final
    follow followup highlights interim introduction long new no non not overview part poster preliminary protocol
    rationale report response revised revisited sequel short summary supplement supplementary synopsis translation
    update updated version without
    """.split()  # noqa: SIM905 - a table is read more easily than a list of strings
)


_FORMS = frozenset({"abstract", "extended"})
"""What a programme of a conference adds to the title of a paper, or does not."""


def subtitled(a: Side, b: Side) -> bool:
    """True if the longer title is the shorter one with a subtitle or a label, and these name no other version."""
    short, long = sorted((a, b), key=lambda s: len(s.title))
    return adds(a, b) and _is_part(short.title, long.parts)


def adds(a: Side, b: Side) -> bool:
    """True if the words that one title has more name no other version: a summary, a protocol, a second part."""
    one, other = _extra(a, b)
    editions = _EDITIONS - _FORMS if a.kind == b.kind == "conference" else _EDITIONS
    return a.numbers == b.numbers and editions.isdisjoint(one) and editions.isdisjoint(other)


def _is_part(title: str, parts: tuple[str, ...]) -> bool:
    """True if the title is the first or last parts of a longer one."""
    wanted = title.replace(" ", "")
    joined = "".join(parts).replace(" ", "")
    ends = [len(part.replace(" ", "")) for part in parts]
    cuts = {sum(ends[:n]) for n in range(1, len(ends))}
    return (joined.startswith(wanted) and len(wanted) in cuts) or (
        joined.endswith(wanted) and len(joined) - len(wanted) in cuts
    )


def same_words(a: Side, b: Side) -> bool:
    """True if each word that only one title has is a misspelling of the other's, or a function word."""
    if a.numbers != b.numbers:
        return False
    one, other = _extra(a, b)
    if "".join(one) == "".join(other):
        return True
    one, other = [w for w in one if not is_number(w)], [w for w in other if not is_number(w)]
    if len(one) != len(other):
        one, other = [w for w in one if w not in FUNCTION_WORDS], [w for w in other if w not in FUNCTION_WORDS]
    return len(one) == len(other) and all(map(_misspelt, sorted(one), sorted(other)))


def _misspelt(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 4 or one[0] != other[0]:
        return False
    return OSA.distance(one, other, score_cutoff=1) <= 1 or one + "es" == other or other + "es" == one


def holds(a: Side, b: Side) -> bool:
    """True if the words of the shorter title stand in the longer one, and are enough to tell it by."""
    short, long = sorted((a, b), key=lambda s: len(s.title))
    if is_short(short.title) and not _is_part(short.title, long.parts):
        return False
    if not set(short.numbers.split()) <= set(long.numbers.split()):
        return False
    if short.title.replace(" ", "") in long.title.replace(" ", ""):
        return True
    words = set(long.title.split())
    missing = [w for w in short.title.split() if w not in words and w not in FUNCTION_WORDS]
    return len(missing) <= 2 and all(any(_misspelt(word, other) for other in words) for word in missing)
