"""What ``config/review.yaml`` and ``config/known.yaml`` may hold, as frozen pydantic models.

A hash over these models is written into runs and decisions: a key added later must mean nothing when it is absent and
then be None, so that old hashes stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt
from pydantic import model_validator as check_model

from slr import model
from slr.config.advice import nearest
from slr.config.document import describe

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_DOI_ADDRESS = re.compile(r"https?://(?:dx\.|www\.)?doi\.org/", re.IGNORECASE)
_SWITCH_WORDS = {"yes": True, "on": True, "no": False, "off": False}


def normal_doi(text: str) -> str:
    """The bare, lower-case form of a DOI given bare, as ``doi:…`` or as a doi.org address.

    Raises:
        ValueError: the text is not a DOI (ISO 26324: ``10.<registrant>/<suffix>``).
    """
    bare, addresses = _DOI_ADDRESS.subn("", text.strip(), count=1)
    doi = (unquote(bare) if addresses else bare).lower().removeprefix("doi:").strip()
    if not _DOI.fullmatch(doi):
        raise ValueError(f"{describe(text)} is not a DOI (write it like 10.1080/09654310801983308)")
    return doi


def _filled(text: str) -> str:
    """Text on one line or several, with single spaces: folding in the file is not part of the meaning."""
    if not text.strip():
        raise ValueError("is an empty text (fill it in or delete it)")
    return " ".join(text.split())


def _split(text: str) -> SplitResult:
    """The parts of an address; refuses one that carries a user name or password."""
    try:
        parts = urlsplit(text)
        named = parts.username is not None or parts.password is not None
    except ValueError:
        raise ValueError("is not a proper address (write one like https://api.openalex.org)") from None
    if named:
        raise ValueError("holds a user name or password (remove it: secrets belong in the environment)")
    return parts


def _web_address(text: str) -> str:
    parts = _split(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not a web address (write one that starts with https:// or http://)")
    if parts.query or parts.fragment:
        raise ValueError("goes on after its path (remove ? or # and all behind it; secrets belong in the environment)")
    return text.rstrip("/")


def _location(text: str) -> str:
    _split(text)
    return text


def _record_type(text: str) -> str:
    if text not in model.RECORD_TYPES:
        near = nearest(text, model.RECORD_TYPES)
        raise ValueError(f"{describe(text)} is not a document type (write {near or ' or '.join(model.RECORD_TYPES)})")
    return text


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z]{2,4})?", text):
        raise ValueError(f"{describe(text)} is not a language code (write ISO 639-1 in lower case, like en)")
    return text


def _identifier(text: str) -> str:
    """Names that are typed on the command line and stand in files and tables."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", text):
        advice = "write lower-case letters, digits and hyphens, like title-abstract"
        raise ValueError(f"{describe(text)} is not a plain name ({advice})")
    return text


def _person(text: str) -> str:
    """Reviewers' names become file names, on every system."""
    if not re.fullmatch(r"\w(?:[\w .-]{0,62}[\w.])?", text):
        advice = "write letters, digits, spaces, hyphens or dots, at most 64"
        raise ValueError(f"{describe(text)} cannot be a file name ({advice})")
    return text


def _switch(value: object) -> object:
    """YAML 1.1's words for true and false, which many people write."""
    return _SWITCH_WORDS.get(value.lower(), value) if isinstance(value, str) else value


def _numeral(value: object) -> object:
    """Volumes and issues are text, but ``volume: 28`` is how people write them."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, AfterValidator(_filled)]
Numeral = Annotated[Text, BeforeValidator(_numeral)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Switch = Annotated[StrictBool, BeforeValidator(_switch)]
Count = Annotated[StrictInt, Field(ge=1, le=1_000_000_000)]
Year = Annotated[StrictInt, Field(ge=1000, le=9999)]
RecordType = Annotated[str, AfterValidator(_record_type)]
Language = Annotated[str, AfterValidator(_language)]
Person = Annotated[str, AfterValidator(_person)]


class Section(BaseModel):
    """A block of keys: no others are allowed, and it cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Years(Section):
    """A span of publication years, both ends included; None: open."""

    first: Year | None = Field(default=None, alias="from")
    last: Year | None = Field(default=None, alias="to")

    @check_model(mode="after")
    def _ordered(self) -> Years:
        if self.first and self.last and self.first > self.last:
            raise ValueError(f"from {self.first} is later than to {self.last} (swap them)")
        return self


class Search(Section):
    """How the matrix is searched; ``years`` is sent with the query and reported as a limit (PRISMA-S, item 9)."""

    variants: Switch = False
    stemming: Switch = True
    years: Years = Years()
    justification: Text | None = None


class OpenAlexConfig(Section):
    """The OpenAlex API; ``max_records`` is where a search stops and says so."""

    enabled: Switch = True
    base_url: Annotated[str, AfterValidator(_web_address)] = "https://api.openalex.org"
    corpus: Literal["core", "expansion", "all"] = "core"
    max_records: Count = 100_000
    transport: Literal["filter", "oql"] = "filter"


class SnapshotConfig(Section):
    """OpenAlex snapshot files in a folder (relative to the review) or at an fsspec address with storage options."""

    enabled: Switch = False
    path: Annotated[Text, AfterValidator(_location)] = "snapshot"
    options: Mapping[str, object] = Field(default_factory=dict)


class SemanticScholarConfig(Section):
    """The bulk search of Semantic Scholar; ``max_records`` is where a search stops and says so."""

    enabled: Switch = False
    base_url: Annotated[str, AfterValidator(_web_address)] = "https://api.semanticscholar.org/graph/v1"
    max_records: Count = 100_000


class EuropePmcConfig(Section):
    """Europe PMC; ``max_records`` is where a search stops and says so."""

    enabled: Switch = False
    base_url: Annotated[str, AfterValidator(_web_address)] = "https://www.ebi.ac.uk/europepmc/webservices/rest"
    max_records: Count = 100_000


class DoajConfig(Section):
    """The articles of DOAJ; ``max_records`` is where a search stops and says so."""

    enabled: Switch = False
    base_url: Annotated[str, AfterValidator(_web_address)] = "https://doaj.org/api/v4"
    max_records: Count = 100_000


class CoreConfig(Section):
    """CORE; ``max_records`` is where a search stops and says so."""

    enabled: Switch = False
    base_url: Annotated[str, AfterValidator(_web_address)] = "https://api.core.ac.uk/v3"
    max_records: Count = 100_000


class ArxivConfig(Section):
    """arXiv; ``max_records`` is where a search stops and says so (arXiv serves 30,000 a query)."""

    enabled: Switch = False
    base_url: Annotated[str, AfterValidator(_web_address)] = "https://export.arxiv.org"
    max_records: Count = 30_000


class EconBizConfig(Section):
    """EconBiz; ``max_records`` is where a search stops and says so."""

    enabled: Switch = False
    base_url: Annotated[str, AfterValidator(_web_address)] = "https://api.econbiz.de"
    max_records: Count = 100_000


class OpenAireConfig(Section):
    """The OpenAIRE Graph; ``max_records`` is where a search stops and says so."""

    enabled: Switch = False
    base_url: Annotated[str, AfterValidator(_web_address)] = "https://api.openaire.eu"
    max_records: Count = 100_000


class CrossrefConfig(Section):
    """Crossref, which is asked for single works only unless a ``ranked`` search of its first works is wanted.

    ``max_records`` is there as in every source; a ranked search looks at ``ranked_records``, however many there are.
    """

    enabled: Switch = False
    base_url: Annotated[str, AfterValidator(_web_address)] = "https://api.crossref.org"
    max_records: Count = 100_000
    ranked: Switch = False
    ranked_records: Annotated[StrictInt, Field(ge=1, le=10_000)] = 1_000


class OpenCitationsConfig(Section):
    """OpenCitations, which is asked for citations only; ``max_records`` is there as in every source."""

    enabled: Switch = False
    base_url: Annotated[str, AfterValidator(_web_address)] = "https://api.opencitations.net"
    max_records: Count = 100_000


class Sources(Section):
    """The sources a search asks; None: the file does not name it, and it is off."""

    openalex: OpenAlexConfig = OpenAlexConfig()
    snapshot: SnapshotConfig = SnapshotConfig()
    semanticscholar: SemanticScholarConfig | None = None
    europepmc: EuropePmcConfig | None = None
    doaj: DoajConfig | None = None
    core: CoreConfig | None = None
    arxiv: ArxivConfig | None = None
    econbiz: EconBizConfig | None = None
    openaire: OpenAireConfig | None = None
    crossref: CrossrefConfig | None = None
    opencitations: OpenCitationsConfig | None = None


class AutomaticRule(Section):
    """One rule that marks works ineligible before anyone screens them; exactly one of the four tests is set.

    ``types`` and ``languages`` are what is kept, ``years`` the span that is kept; a work whose value is unknown passes.
    """

    name: Text
    types: Annotated[tuple[RecordType, ...], Field(min_length=1)] | None = None
    years: Years | None = None
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] | None = None
    retracted: Literal["exclude"] | None = None

    @check_model(mode="after")
    def _one_test(self) -> AutomaticRule:
        tests = [self.types, self.years, self.languages, self.retracted]
        if self.years and not (self.years.first or self.years.last):
            raise ValueError("its years have neither end (write from: or to: with a year)")
        if sum(test is not None for test in tests) != 1:
            raise ValueError("needs exactly one test (write one of types, years, languages, retracted)")
        return self


class ExclusionReason(Section):
    """A reason for people, in ``stages`` (None: all); of those that apply, the first in the file is the primary one."""

    id: Identifier
    text: Text
    stages: Annotated[tuple[str, ...], Field(min_length=1)] | None = None


class Criteria(Section):
    """What is ineligible: rules that the tool applies, and reasons that people give, each in order."""

    automatic: tuple[AutomaticRule, ...] = ()
    exclusion: tuple[ExclusionReason, ...] = ()


class Stage(Section):
    """One screening stage and how many people decide each work in it, independently of each other.

    ``blind`` (None: yes) keeps a reviewer from seeing others' votes on a work before all have voted; ``conflicts`` says
    who ends one (None: either); ``maybe`` how that verdict counts (None: include; conflict: it has to be talked over).
    """

    name: Identifier
    reviewers: Count = 2
    blind: Switch | None = None
    conflicts: Literal["third-person", "consensus"] | None = None
    maybe: Literal["include", "exclude", "conflict"] | None = None

    @property
    def is_blind(self) -> bool:
        """Whether reviewers are blind to each other."""
        return self.blind is not False


class Diagram(Section):
    """Choices of the PRISMA diagram that the statement leaves open.

    ``tail`` is where records that no person has seen are counted (None: pending), ``stopping_rule`` why screening ended
    without them; ``other_arm`` draws boxes for the screening of other methods' records too (None: template).
    """

    tail: Literal["pending", "excluded", "automatic"] | None = None
    stopping_rule: Text | None = None
    other_arm: Literal["template", "extended"] | None = None


class ReviewConfig(Section):
    """The whole of ``config/review.yaml``; ``tools`` are those who decide and are not people (None: there are none)."""

    title: Text
    question: Text | None = None
    search: Search = Search()
    sources: Sources = Sources()
    criteria: Criteria = Criteria()
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)] = (Stage(name="title-abstract"), Stage(name="full-text"))
    reviewers: tuple[Person, ...] = ()
    tools: tuple[Person, ...] | None = None
    prisma: Diagram | None = None

    @property
    def maybe(self) -> dict[str, Literal["include", "exclude", "conflict"]]:
        """How "maybe" counts, by stage."""
        return {stage.name: stage.maybe or "include" for stage in self.stages}


class KnownEntry(Section):
    """One study of ``config/known.yaml``; ``authors`` are ``Family, Given``."""

    key: Text
    title: Text
    authors: tuple[Text, ...] = ()
    year: Year | None = None
    journal: Text | None = None
    volume: Numeral | None = None
    issue: Numeral | None = None
    pages: Numeral | None = None
    doi: Annotated[str, AfterValidator(normal_doi)] | None = None

    def study(self) -> model.KnownStudy:
        """The same as the value that the stages use."""
        return model.KnownStudy(**dict(self))


class KnownFile(Section):
    """The whole of ``config/known.yaml``."""

    studies: tuple[KnownEntry, ...]
