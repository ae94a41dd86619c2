"""Whether two names are of one journal: abbreviations, acronyms, dropped words."""

from __future__ import annotations

SAME, OTHER, UNKNOWN = 1, 0, -1
_ACRONYM = range(3, 9)


def same_journal(one: str, other: str) -> int:
    """1 the same, 0 another, -1 cannot tell, of two normalized names (plain words without "of", "the" …).

    Words match where one abbreviates the other ("j econ geogr"); an acronym matches the first letters of all words
    ("pnas"). A name that opens or ends the other may be its short form or another journal ("cancer", "cancer
    research"): that tells nothing.
    """
    a, b = sorted((one.split(), other.split()), key=len)
    if not a or not b:
        return UNKNOWN
    if len(a) == len(b) and all(map(_abbreviates, a, b)):
        return SAME
    if len(a) == 1 and _is_acronym(a[0], b):
        return SAME
    opens = all(map(_abbreviates, a, b))
    ends = all(map(_abbreviates, reversed(a), reversed(b)))
    return UNKNOWN if opens or ends or _within(a, b) else OTHER


def _within(few: list[str], many: list[str]) -> bool:
    rest = iter(many)
    return all(any(_abbreviates(word, other) for other in rest) for word in few)


def _is_acronym(word: str, words: list[str]) -> bool:
    return len(word) in _ACRONYM and len(words) > 1 and "".join(w[0] for w in words).startswith(word)


def _abbreviates(one: str, other: str) -> bool:
    """``geogr`` of "geography", ``intl`` of "international": the letters in order, the first alike."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if short[0] != long[0]:
        return False
    if long.startswith(short) or (len(short) > 4 and long.startswith(short[:-1])):
        return True
    rest = iter(long)
    return len(short) <= 5 and len(long) > len(short) + 2 and all(letter in rest for letter in short)
