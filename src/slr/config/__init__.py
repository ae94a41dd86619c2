"""The configuration of a review: its files, their schema and the loader. The door to ruamel.yaml and pydantic."""

from slr.config.loader import KNOWN_FILE, REVIEW_FILE, TERMS_FILE, Loaded, load_review
from slr.config.schema import (
    AutomaticRule,
    Criteria,
    ExclusionReason,
    OpenAlexConfig,
    ReviewConfig,
    Search,
    SnapshotConfig,
    Sources,
    Stage,
    Years,
    normal_doi,
)
from slr.config.starter import write_starter
from slr.config.terms import SearchTerms

__all__ = [
    "KNOWN_FILE",
    "REVIEW_FILE",
    "TERMS_FILE",
    "AutomaticRule",
    "Criteria",
    "ExclusionReason",
    "Loaded",
    "OpenAlexConfig",
    "ReviewConfig",
    "Search",
    "SearchTerms",
    "SnapshotConfig",
    "Sources",
    "Stage",
    "Years",
    "load_review",
    "normal_doi",
    "write_starter",
]
