"""What the sources are asked for the report's matrix."""

from __future__ import annotations

from slr.matrix.analysis import STEMMED, Analyzer
from slr.sources.base import SearchRequest
from tests.matrix.report import report_matrix


def report(variants: bool = False, analyzer: Analyzer = STEMMED) -> SearchRequest:
    return SearchRequest(report_matrix(variants), analyzer)
