"""What databases call languages and types of document, in the words of the model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_LANGUAGES = {
    "af": "afrikaans afr", "ar": "arabic ara", "az": "azerbaijani aze", "be": "belarusian bel byelorussian",
    "bg": "bulgarian bul", "bs": "bosnian bos", "ca": "catalan cat", "cs": "czech cze ces", "cy": "welsh wel cym",
    "da": "danish dan", "de": "german ger deu deutsch", "el": "greek gre ell", "en": "english eng",
    "es": "spanish spa castilian español espanol", "et": "estonian est", "eu": "basque baq eus",
    "fa": "persian per fas farsi",
    "fi": "finnish fin", "fr": "french fre fra français francais", "ga": "irish gle", "gl": "galician glg",
    "he": "hebrew heb",
    "hi": "hindi hin", "hr": "croatian hrv scr", "hu": "hungarian hun", "hy": "armenian arm hye",
    "id": "indonesian ind",
    "is": "icelandic ice isl", "it": "italian ita italiano", "ja": "japanese jpn", "ka": "georgian geo kat",
    "kk": "kazakh kaz",
    "ko": "korean kor", "la": "latin lat", "lt": "lithuanian lit", "lv": "latvian lav", "mk": "macedonian mac mkd",
    "ms": "malay may msa", "nl": "dutch dut nld flemish", "no": "norwegian nor", "pl": "polish pol",
    "pt": "portuguese por português portugues", "ro": "romanian rum ron", "ru": "russian rus", "sk": "slovak slo slk",
    "sl": "slovenian slv", "sq": "albanian alb sqi", "sr": "serbian srp scc", "sv": "swedish swe", "th": "thai tha",
    "tr": "turkish tur", "uk": "ukrainian ukr", "ur": "urdu urd", "vi": "vietnamese vie", "zh": "chinese chi zho",
}  # fmt: skip
_LANGUAGE_OF = {name: code for code, names in _LANGUAGES.items() for name in (code, *names.split())}
"""Names and ISO 639-2 codes (both of them where there are two) of languages as databases write them, to ISO 639-1."""


def language(values: Iterable[str]) -> str | None:
    """One language, as ISO 639-1; None if several are named, or none that is known."""
    named = [name for value in values for name in re.split(r"[;,/|]", value.lower()) if name.strip(" .")]
    codes = {_language(re.sub(r"\(.*?\)", "", name).strip(" .")) for name in named}
    return codes.pop() if len(codes) == 1 else None


def _language(name: str) -> str | None:
    return _LANGUAGE_OF.get(name) or _LANGUAGE_OF.get(name[:2] if name[2:3] in ("-", "_") else "")


_TYPES = {
    "retraction": """
        retraction retraction-notice retraction-of-publication withdrawal-notice expression-of-concern
        """,
    "erratum": """
        erratum published-erratum correction corrected-and-republished-article corrigendum addendum erratum-correction
        """,
    "letter": "letter letters letter-to-the-editor correspondence",
    "editorial": "editorial editorial-material editorials guest-editorial opinion",
    "preprint": """
        preprint preprints posted-content working-paper working-papers discussion-paper unpb unpd unpublished-work
        """,
    "review": """
        review reviews review-article literature-review systematic-review evidence-synthesis scoping-review
        article-review
        short-survey journal-article-review review-of-the-literature
        """,
    "dissertation": """
        dissertation dissertations thesis thes phdthesis phd-thesis mastersthesis master-thesis dissertation-thesis
        dissertation-abstract dissertations-theses doctoral-dissertation doctoral-thesis
        """,
    "book-chapter": """
        chapter book-chapter bookchapter book-section booksection chap echap inbook incollection inreference
        electronic-book-section encyclopedia-article entry-encyclopedia chapter-in-a-book book-section-chapter
        """,
    "conference-paper": """
        conference-paper conferencepaper conference proceedings-paper conference-proceeding conference-proceedings
        proceedings
        proceedings-article inproceedings proceeding conf cpaper paper-conference meeting-paper meeting congress
        ieee-conferences ieee-conference-publication conference-article speeches-meeting-papers meeting-abstract
        conference-abstract conference-review iet-conferences conference-publication conference-presentation
        """,
    "article": """
        article articles journal-article journalarticle journal-articles journal jour jfull ejour inpr article-journal
        research-article original-article original-research article-in-press in-press early-access electronic-article
        scholarly-article peer-reviewed-journal academic-journal scholarly-journals case-report case-reports
        clinical-trial
        randomized-controlled-trial ieee-journals ieee-journals-magazines ieee-early-access-articles iet-journals
        article-proceedings-paper journal-paper short-communication note data-paper rapid-communication
        brief-communication
        journal-article-research proceedings-article-journal ieee-early-access clinical-trial-protocol
        """,
    "book": """
        book books ebook edbook edited-book monograph whole-book authored-book electronic-book mvbook collection
        book-whole
        """,
    "report": """
        report reports rprt techreport tech-report technical-report govdoc government-document stand standard
        ieee-standards
        government-report report-series reports-research reports-evaluative reports-descriptive standards
        document-report
        research-report manual
        """,
    "dataset": "dataset data datasets data-set data-file data-study database",
    "paratext": "paratext front-matter back-matter table-of-contents journal-issue",
    "other": """
        other advs art artwork audiovisual bill blog blog-post blogpost case comp computer-program hear hearing legal
        map magazine-article
        magazinearticle mgzn mpct multi music news newspaper newspaper-article newspaperarticle article-newspaper
        article-magazine pamp pamphlet pat patent patents pcomm personal-communication pod press slide sound stat
        statute unbill
        video film web-page webpage software podcast presentation interview poetry book-review film-review interview
        biographical-item biography obituary art-exhibit-review news-item press-release magazine legislation
        software-review
        audio-recording video-recording manuscript
        """,
}
"""Types as databases name them (any letter case, any punctuation), the telling ones first; one that is telling beats
the rest: a "Journal Article; Review" is a review, a "Reports - Research; Journal Articles" an article."""
_TYPE_OF = {
    re.sub("[^a-z]", "", word): (rank, name)
    for rank, (name, words) in enumerate(_TYPES.items())
    for word in words.split()
}
_RETRACTED = re.compile(r"\bretracted(?: publication| article)?\b", re.IGNORECASE)


def record_type(values: Iterable[str]) -> str | None:
    """The most telling type that any of the values names (several in one with ``;`` too); None if no word is known."""
    known = [found for value in values for found in _known_types(value)]
    return min(known)[1] if known else None


@lru_cache(maxsize=4096)  # a file says the same few words again and again
def _known_types(value: str) -> tuple[tuple[int, str], ...]:
    """Of the whole value, if that is known ("Article; Proceedings Paper" is an article), else of its parts."""
    for parts in ([value], re.split("[;,|]", value)):
        words = (re.sub("[^a-z]", "", part.lower()) for part in parts)
        if found := tuple(_TYPE_OF[word] for word in words if word in _TYPE_OF):
            return found
    return ()


def retracted(values: Iterable[str]) -> bool | None:
    """True if one of the types says that the publication is retracted; None: the file does not say."""
    return True if any(_RETRACTED.search(value) for value in values) else None
