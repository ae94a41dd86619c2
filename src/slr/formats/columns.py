"""What the columns of exported tables mean: the words all databases use, and where one database means something else.

A column's name is compared without letter case and punctuation (``Author(s)`` is ``author s``).
Sources of the meanings: the export help pages of the databases and real exports of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from slr.formats.authors import given_first, initials_last, listed, names
from slr.formats.wos import TAGS

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": (
        "title", "article title", "document title", "item title", "paper title", "primary title", "title primary",
        "title of paper", "title of article", "citation title", "reference title", "study title", "full title",
        "english title", "title english", "display name", "titles", "original title", "titel", "titre", "título",
        "titulo", "titolo", "ti", "t1",
    ),
    "authors": (
        "author full names", "author full name", "authors full names", "authors full name", "full author names",
        "authors full", "authors", "author", "author s", "author names", "author name", "authors names",
        "first authors", "primary authors", "authors primary", "citation authors", "contributors",
        "authorships author display name", "authorships raw author name", "authors name", "authors display name",
        "creator", "creators", "author list", "authors list", "all authors", "autor", "autoren", "autores", "auteur",
        "auteurs", "autori", "verfasser", "au", "first author",
    ),
    "year": (
        "publication year", "published year", "year", "pub year", "pubyear", "year of publication", "year published",
        "citation pub year", "publish year", "issue year", "jahr", "erscheinungsjahr", "année", "annee", "año", "anno",
        "date published", "publication date", "date of publication", "published date", "published", "date", "pubdate",
        "pub date free form", "cover date", "issued", "date issued", "online date", "publication date online",
        "published online", "publication date print", "published print", "py", "y1", "da",
    ),
    "venue": (
        "source title", "journal book", "full journal", "full journal name", "journal full title", "journal full name",
        "periodical full", "journal", "publication title", "publication name", "journal title", "journal name",
        "citation journal name", "source", "source name", "publication", "publication venue", "published in", "venue",
        "venue name", "container title", "journal conference", "journal conference name", "journal or book title",
        "journal book title", "host publication title", "host title", "source publication", "secondary title",
        "proceedings title", "book title", "parent title", "primary location source display name",
        "host venue display name", "booktitle", "journaltitle", "pubtitle", "periodical", "periodical title",
        "anthology title", "conference name", "conference", "meeting name", "series title", "book series title",
        "zeitschrift", "revue", "revista", "rivista", "t2", "jo", "jf", "abbreviated source title",
        "journal abbreviation", "journal abbrev", "periodical abbrev", "iso abbreviation",
        "primary location raw source name",
    ),
    "volume": (
        "volume", "vol", "journal volume", "biblio volume", "volume number", "volume no", "vol no",
        "citation journal volume", "band", "volumen", "vl",
    ),
    "issue": (
        "issue", "issue number", "number", "journal issue", "biblio issue", "issue no", "citation journal issue",
        "heft", "numéro", "número", "numero", "no", "iss", "is",
    ),
    "references": ("cited references", "references", "cr"),
    "pages": (
        "pages", "page range", "page s", "page numbers", "pagination", "pages from to", "journal pages",
        "citation journal pages", "seiten", "páginas", "paginas", "pagine",
        "start page", "page start", "pages start", "page from", "first page",
        "page first", "beginning page", "starting page", "biblio first page", "spage", "sp", "art no", "article number",
        "article no", "elocation id", "e location id",
    ),
    "last_page": (
        "end page", "page end", "pages end", "page to", "last page", "page last", "ending page", "biblio last page",
        "other pages", "epage", "ep",
    ),
    "doi": (
        "doi", "digital object identifier", "digital object identifier doi", "doi number", "dois", "article doi",
        "citation doi", "item doi", "paper doi", "publication doi", "doi link", "doi url", "ids doi",
        "external ids doi", "do",
    ),
    "url": (
        "url", "link", "article url", "article link", "external url", "dimensions url", "full text url", "fulltext url",
        "item url", "document url", "document link", "landing page url", "urls", "ur", "links", "pdf link",
        "primary location landing page url", "plink", "permalink", "source urls", "source url", "open url link",
        "embase link", "website", "web link", "web address",
    ),
    "abstract": (
        "abstract", "abstract note", "abstract text", "citation abstract", "notes abstract", "abstracts", "ab", "n2",
        "summary", "zusammenfassung", "kurzfassung", "résumé", "resumen", "description",
    ),
    "keywords": (
        "author keywords", "keywords", "keyword", "key words", "citation keywords", "author supplied keywords",
        "index keywords", "keywords plus", "identifier keywords", "manual tags", "automatic tags", "mesh terms", "mesh",
        "mesh headings", "ieee terms", "subjects", "subject", "subject terms", "subject headings",
        "keywords display name", "kw", "emtree drug index terms", "emtree medical index terms", "descriptors",
        "identifiers", "tags keywords", "thesaurus terms", "schlagwörter", "schlagworte", "mots clés", "palabras clave",
    ),
    "language": (
        "language of original document", "language", "article language", "publication language", "languages", "lang",
        "sprache", "langue", "idioma", "la",
    ),
    "type": (
        "document type", "document types", "publication type", "publication types", "pub type", "pub types",
        "item type", "type of reference", "reference type", "ref type", "doc type", "doc types", "type", "type name",
        "content type", "article type", "document identifier", "art type", "source type", "material type",
        "resource type", "record type", "bibliography type", "entry type", "dokumenttyp", "ty",
    ),
    "serial": (
        "issn", "issns", "e issn", "isbn", "isbns", "isbn issn", "issn isbn", "standard number", "print issn",
        "issn print", "online issn", "issn online", "electronic issn", "issn electronic", "print isbn", "online isbn",
        "ids issn", "sn",
    ),
    "retracted": ("is retracted", "retracted"),
    "pmid": ("pmid", "pubmed id", "medline pmid", "pubmed", "ids pmid", "external ids pub med", "pm"),
    "pmcid": ("pmcid", "pmc id", "pubmed central id", "ids pmcid"),
    "openalex": ("ids openalex", "openalex id", "openalex"),
    "scopus": ("eid", "scopus id", "scopus eid"),
    "wos": ("ut unique wos id", "ut unique id", "ut", "wos id", "isi unique article identifier"),
    "lens": ("lens id",),
    "arxiv": ("arxiv id", "arxiv", "external ids ar xiv"),
    "accession": (
        "accession number", "accession no", "central id", "cochrane review id", "pui", "embase accession id",
        "eric number", "publication id", "an",
    ),
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
    |chemicals|chemicals cas|citation key|cited reference count|cited by|cited by count|cites
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
    |publisher|publisher address|publisher city|query date|rank|recipient|record source|record owner
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
    |first authors id|ctgov id|cinahl id|ictrp id|elec pub date|document features|companies|classification
    |classification codes|major classification codes|subject classifications|find a copy|first page preview
    |short dbname|long dbname|peer reviewed|abstract inverted index|citation count|influential citation count
    |authors primary affiliation|folders filed in|labels filed in|custom id|item id|reference id
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
    beside: tuple[str, ...] = ()
    """How columns begin that say nothing a record holds."""
    own: bool = False
    """Whether slr wrote the table, and so guarded its cells against being run as formulas."""

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


def _as_written(cell: str) -> tuple[str, ...]:
    """``Bathelt, Harald; World Bank`` as slr writes it: no name is turned round."""
    return names([cell])


def _citesource(cell: str) -> tuple[str, ...]:
    """``Bathelt, Harald and World Bank``"""
    return names(cell.split(" and "))


_OPENALEX_BESIDE = (
    "apc", "authorships", "best oa", "biblio", "cited by", "concepts", "counts by year", "countries", "funders", "fwci",
    "grants", "has", "host", "ids", "indexed", "institutions", "is", "locations", "mesh", "open access", "primary",
    "topics",
)  # fmt: skip
"""A work of OpenAlex has a hundred columns."""


def _layout(name: str, known_by: str, split: Callable[[str], tuple[str, ...]] = listed, /, **columns: str) -> Layout:
    named = {key: tuple(value.split("|")) for key, value in columns.items()}
    return Layout(name, frozenset(known_by.split("|")), named, split)


def _own(known_by: str, split: Callable[[str], tuple[str, ...]]) -> Layout:
    """A table that slr wrote: whatever other columns it has (phrases, stages, votes) are no one's bibliography."""
    names_ = {"title": ("title",), "authors": ("authors", "author"), "venue": ("venue", "journal"),
              "issue": ("issue", "number"), "pages": ("pages",), "keywords": ("keywords",),
              "type": ("type",)}  # fmt: skip
    return Layout("slr", frozenset(known_by.split("|")), names_, split, ("",), own=True)


LAYOUTS = (
    _own("record id|work id|title", _as_written),
    _own("work id|title|authors", _as_written),
    _own("cite source|cite label|record ids", _citesource),
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
    replace(
        _layout("OpenAlex", "id|display name|authorships author display name", _openalex, title="title|display name",
                openalex="ids openalex|id", year="publication year|publication date"),
        beside=_OPENALEX_BESIDE,
    ),
    replace(
        _layout("OpenAlex", "id|display name|publication year", _openalex, title="title|display name",
                openalex="ids openalex|id"),
        beside=_OPENALEX_BESIDE,
    ),
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
_JOINED = {name.replace(" ", ""): name for name in sorted(_KNOWN)}
LONGEST_NAME = 80
"""Characters; a longer cell is no column's name."""


def plain(name: str) -> str:
    """A column's name as it is compared: ``PubYear``, ``pub_year`` and ``Pub. year`` are one, as a known one has it."""
    if len(name) > LONGEST_NAME:
        return ""
    words = _words(name)
    known = words if words in _KNOWN else _JOINED.get(words.replace(" ", ""))
    return known or _words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))


def _words(name: str) -> str:
    return " ".join(re.sub(r"[^0-9a-zà-ÿ]+", " ", name.lower()).split())


def layout_of(header: Iterable[str]) -> Layout:
    """The layout that a header has; ``GENERIC`` if no database is known by it."""
    have = {plain(name) for name in header}
    return next((one for one in LAYOUTS if one.known_by <= have), GENERIC)
