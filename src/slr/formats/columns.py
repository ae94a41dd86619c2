"""What the columns of exported tables mean: the words all databases use, and where one database means something else.

A column's name is compared without letter case and punctuation (``Author(s)`` is ``author s``).
Sources of the meanings: the export help pages of the databases and real exports of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from slr.formats.authors import given_first, initials_last, listed, names
from slr.formats.wos import TAGS

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": (
        "title", "article title", "document title", "item title", "paper title", "primary title", "title of paper",
        "title of article", "display name", "titles", "original title", "ti", "t1",
    ),
    "authors": (
        "author full names", "authors", "author", "author s", "author names", "authors names", "first authors",
        "primary authors",
        "authorships author display name", "authorships raw author name", "creator", "creators", "author list",
        "all authors",
        "au", "first author",
    ),
    "year": (
        "publication year", "published year", "year", "pub year", "pubyear", "year of publication", "date published",
        "publication date", "date of publication", "published", "date", "pubdate", "cover date", "issued",
        "online date",
        "publication date online", "publication date print", "py", "y1", "da",
    ),
    "venue": (
        "source title", "journal book", "journal", "publication title", "publication name", "journal title",
        "journal name",
        "source", "publication", "venue", "container title", "secondary title", "proceedings title", "book title",
        "parent title",
        "primary location source display name", "host venue display name", "booktitle", "pubtitle", "periodical",
        "anthology title", "conference name", "meeting name", "series title", "book series title", "t2", "jo", "jf",
        "abbreviated source title", "journal abbreviation", "primary location raw source name",
    ),
    "volume": ("volume", "vol", "journal volume", "biblio volume", "volume number", "vl"),
    "issue": ("issue", "issue number", "number", "journal issue", "biblio issue", "no", "is"),
    "pages": (
        "pages", "page range", "page s", "pagination", "start page", "page start", "first page", "biblio first page",
        "sp",
        "art no", "article number", "article no",
    ),
    "last_page": ("end page", "page end", "last page", "biblio last page", "ep"),
    "doi": ("doi", "digital object identifier", "item doi", "doi link", "doi url", "ids doi", "do"),
    "url": (
        "url", "link", "article url", "external url", "dimensions url", "full text url", "fulltext url", "item url",
        "document url",
        "urls", "ur", "pdf link", "primary location landing page url", "plink", "permalink", "source urls",
        "open url link",
        "embase link", "website", "web link",
    ),
    "abstract": ("abstract", "abstract note", "abstract text", "notes abstract", "abstracts", "ab", "n2", "summary"),
    "keywords": (
        "author keywords", "keywords", "keyword", "key words", "index keywords", "keywords plus", "manual tags",
        "automatic tags",
        "mesh terms", "mesh", "ieee terms", "subjects", "subject", "subject terms", "keywords display name", "kw",
        "emtree drug index terms", "emtree medical index terms", "descriptors", "identifiers", "tags keywords",
    ),
    "language": ("language of original document", "language", "article language", "languages", "lang", "la"),
    "type": (
        "document type", "publication type", "item type", "type of reference", "reference type", "ref type",
        "doc type", "doctype",
        "type", "type name", "content type", "article type", "document identifier", "art type", "arttype",
        "entry type", "ty",
    ),
    "serial": ("issn", "issns", "e issn", "eissn", "isbn", "isbns", "isbn issn", "issn isbn", "standard number",
        "print issn",
               "electronic issn", "ids issn", "sn"),
    "retracted": ("is retracted", "retracted"),
    "pmid": ("pmid", "pubmed id", "medline pmid", "pubmed", "ids pmid", "pm"),
    "pmcid": ("pmcid", "pmc id", "pubmed central id", "ids pmcid"),
    "openalex": ("ids openalex", "openalex id", "openalex"),
    "scopus": ("eid", "scopus id"),
    "wos": ("ut unique wos id", "ut unique id", "ut", "wos id"),
    "lens": ("lens id",),
    "arxiv": ("arxiv id", "arxiv"),
    "accession": ("accession number", "accession no", "central id", "cochrane review id", "pui",
        "embase accession id", "publication id", "an"),
}  # fmt: skip
"""field → the columns that say it, in the order in which a filled one counts; all keywords, types, serials count."""

LEFT_OUT = frozenset(
    """
    abbreviation|access date|access type|acknowledgements|addresses|affiliation|affiliations
    |affiliations with country|age
    |aip ip entry date|altmetric|alternate name|alternate title1|alternate title2|alternate title3|application number
    |archive
    |archive location|article citation count|artwork size|assignee|attorney agent|author address|author addresses
    |author affiliation|author affiliations|author count|author s id|authors affiliations|authors raw affiliation
    |authors with affiliations|book author|book authors|book editors|book doi|book publisher|call number
    |cas registry numbers|cast member
    |chemicals|chemicals cas|citation key|cited reference count|cited references|cited by|cited by count|cites
    |cites per author|cites per year
    |cites url|citing patents count|citing works count|clinical trial numbers|cochrane review group code|coden
    |commenter|composer
    |conference code|conference date|conference editors|conference host|conference location|conference sponsor
    |conference title
    |code|code number|committee|contributor|copyright|court|correspondence address|corresponding authors|cosponsor
    |counsel|country|country of author|countries
    |country of source|create date|database|database name|date added|date added to xplore|date created|date modified
    |date of export
    |day|device manufacturer|device tradenames|document type url|drug manufacturer|drug tradenames|early access date
    |ecc|edition
    |editor|editors|email addresses|embase classification|embase id|entry date|esi highly cited|extra|field of study
    |fields of study
    |file attachments|file attachments2|filing date|first author name|full record entry date|full text link
    |summary language|funding|funding details|funding name
    |funding orgs|funding text|funding text 1|funding texts|genre|group authors|gs rank|guest|highly cited status
    |history|hot paper status
    |hot paper status|id|ids mag|institution|institutions|interviewer|is oa|is open access|issue date
    |issuing authority|item id|key|label
    |legal status|legislative body|library catalog|license|link attachments|manufacturers|medium|microsoft academic id
    |molecular sequence numbers
    |month|meeting abstract|nihms id|num pages|number of volumes|open access|orcids|original abstract|page count
    |part number|pdf relative path
    |place|priority numbers|place of publication|place published|programming language|producer|programmer
    |publication stage|published month
    |publisher|publisher address|publisher city|query date|rank|recipient|record source|record owner|references
    |related url|reporter
    |reprint addresses|researcher ids|reviewed author|rights|running time|scale|scriptwriter|section|series
    |series editor
    |series number|series text|session|short title|authors raw names|citation url|fields of research anzsrc 2020
    |funding information|gsrank|language of summary|meeting date
    |recent citations|source linkout|store id|units of assessment|since 2013 usage count|180 day usage count
    |source country|special issue|sponsors
    |supplement|system|supplementary|sustainable development goals|target audience|times cited
    |times cited all databases|times cited wos core|tradenames
    |translator|usage count|version|web of science index|web of science record|wos categories
    |web of science categories|words by
    |research areas|year of creation|inspec controlled terms|inspec non controlled terms|doe terms|pacs terms
    |article influence
    |patent citation count|reference count|altmetric attention score|rcr|fcr|source id|issn linking|secondary authors
    |first authors id
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
) | {tag.lower() for tag in TAGS}
"""Columns that are understood and have no place in a record (affiliations, counts of citations, funding …)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One database's table: the columns it is known by (all of them), and where it differs from ``COLUMNS``."""

    name: str
    known_by: frozenset[str]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    authors: Callable[[str], tuple[str, ...]] = listed

    def names_of(self, what: str) -> tuple[str, ...]:
        """The columns that say ``what``, best first."""
        return self.columns.get(what, COLUMNS.get(what, ()))


def _scopus(cell: str) -> tuple[str, ...]:
    """``Wilson, Lauren N. (58975547800); …``, ``Wilson L.N.; …`` and (before 2023) ``Wilson L.N., Gardner J.D.``."""
    return listed(re.sub(r"\s*\(\d+\)", "", cell))


def _pubmed(cell: str) -> tuple[str, ...]:
    """``Griffin DK, Larkin DM, O'Connor RE.``"""
    return names(initials_last(name.strip()) for name in cell.rstrip(". ").split(","))


def _embase(cell: str) -> tuple[str, ...]:
    """``Liu R., Adler D.G.``"""
    return names(initials_last(name.strip()) for name in re.split("[,;]", cell))


def _openalex(cell: str) -> tuple[str, ...]:
    return names(given_first(name.strip()) for name in re.split(r"[|;]", cell))


def _springer(cell: str) -> tuple[str, ...]:
    """``Anna SmithJohn M. Doe``: Springer writes nothing between two names."""
    apart = re.sub(r"(?<=[a-zà-ÿ.])(?<!Mc)(?<!Mac)(?<!De)(?<!Di)(?<!La)(?<!Le)(?<!Van)(?<!Von)(?=[A-ZÀ-Þ])", ";", cell)
    return listed(re.sub(r"(?<=\b[A-ZÀ-Þ]\.);(?=[A-ZÀ-Þ]\.)", "", apart))


def _layout(name: str, known_by: str, split: Callable[[str], tuple[str, ...]] = listed, /, **columns: str) -> Layout:
    return Layout(
        name, frozenset(known_by.split("|")), {key: tuple(value.split("|")) for key, value in columns.items()}, split
    )


LAYOUTS = (
    _layout("Scopus", "eid|source title", _scopus, venue="source title|abbreviated source title|conference name",
            authors="author full names|authors"),
    _layout("Scopus", "author s id|authors|title|cited by", _scopus, venue="source title|conference name"),
    _layout("Web of Science", "article title|source title|ut unique wos id"),
    _layout("Web of Science", "article title|source title|wos categories"),
    _layout("Web of Science (tab-delimited)", "pt|au|ti|so", title="ti", authors="af|au|be|ca", year="py|pd",
    venue="so",
            volume="vl", issue="is", pages="bp|ar", last_page="ep", doi="di|d2", abstract="ab", keywords="de|id",
            language="la",
            type="dt|pt", serial="sn|ei|bn", wos="ut", pmid="pm"),
    _layout("Publish or Perish", "cites|authors|title|source|gsrank", type="none", venue="source"),
    _layout("Publish or Perish", "cites|authors|title|source|gs rank", type="none", venue="source"),
    _layout("Publish or Perish", "cites|authors|title|source|query date", venue="source"),
    _layout("Google Scholar", "authors|title|publication|volume|number|pages|year|publisher"),
    _layout("Lens", "lens id|author s", year="publication year|date published", url="external url|source urls"),
    _layout("Dimensions", "publication id|pubyear", year="pubyear|publication date",
            venue="source title|anthology title"),
    _layout("Dimensions", "publication id|title|source title anthology title", year="pubyear|publication date",
            venue="source title anthology title"),
    _layout("IEEE Xplore", "document title|publication title|document identifier", year="publication year"),
    _layout("Cochrane CENTRAL", "central id|title|source"),
    _layout("Cochrane reviews", "cochrane review id|title|source"),
    _layout("Zotero", "item type|publication title|abstract note", year="publication year|date",
            venue="publication title|proceedings title|conference name|series", pages="pages", accession="none"),
    _layout("Rayyan", "key|title|authors|journal|pubmed id", pmid="pubmed id"),
    _layout("Rayyan", "key|title|authors|journal|notes"),
    _layout("Covidence", "covidence|title|authors|published year"),
    _layout("PubMed", "pmid|title|authors|citation|journal book", _pubmed, printed="citation", authors="authors"),
    _layout("OpenAlex", "id|display name|authorships author display name", _openalex, title="title|display name",
            openalex="ids openalex|id", year="publication year|publication date"),
    _layout("OpenAlex", "id|display name|publication year", _openalex, title="title|display name",
            openalex="ids openalex|id"),
    _layout("EPPI-Reviewer", "item id|parent title|short title", venue="parent title", type="type name|item type"),
    _layout("Embase", "author names|emtree medical index terms", _embase, printed="source", venue="source title",
            keywords="author keywords|keywords|emtree drug index terms|emtree medical index terms"
            "|emtree drug index terms major focus|emtree medical index terms major focus"),
    _layout("Embase", "author names|source|publication type", _embase, printed="source", venue="source title"),
    _layout("SpringerLink", "item title|item doi|content type", _springer, venue="publication title|book series title"),
    _layout("ASReview", "record id|title|abstract"),
    _layout("EndNote (tab-delimited)", "author|title|secondary title|reference type", venue="secondary title"),
)  # fmt: skip
"""The first whose columns a table has; else the table is read by ``COLUMNS`` alone."""
GENERIC = Layout("by column names", frozenset())


_KNOWN = LEFT_OUT.union(*COLUMNS.values(), *(one.known_by for one in LAYOUTS))
LONGEST_NAME = 80
"""Characters; a longer cell is no column's name."""


def plain(name: str) -> str:
    """A column's name as it is compared; ``PubYear`` as one word where that is known, else as two."""
    if len(name) > LONGEST_NAME:
        return ""
    whole = _words(name)
    return whole if whole in _KNOWN else _words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))


def _words(name: str) -> str:
    return " ".join(re.sub(r"[^0-9a-zà-ÿ]+", " ", name.lower()).split())


def layout_of(header: Iterable[str]) -> Layout:
    """The layout that a header has; ``GENERIC`` if no database is known by it."""
    have = {plain(name) for name in header}
    return next((one for one in LAYOUTS if one.known_by <= have), GENERIC)
