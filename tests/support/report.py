"""The matrix of the report that slr was made for (5 × 12 terms, 22 concepts), and its spelling variants."""

from __future__ import annotations

from slr.matrix.analysis import STEMMED, Analyzer
from slr.matrix.terms import expand
from slr.sources.base import SearchRequest

NOUNS = ["capability", "competence", "technology", "knowledge", "skill"]
TRANSFERS = """
    transfer transmission movement diffusion learning linkages exchange export import flow acquisition spill-over
""".split()  # noqa: SIM905
CONCEPTS = [
    "cluster",
    "industrial cluster",
    "industrial district",
    "regional strategic network",
    "inter-cluster",
    "inter cluster",
    "cluster to cluster",
    "beyond clusters",
    "outside clusters",
    "between clusters",
    "industrial cluster to industrial cluster",
    "beyond industrial clusters",
    "outside industrial clusters",
    "between industrial clusters",
    "industrial district to industrial district",
    "beyond industrial districts",
    "outside industrial districts",
    "between industrial districts",
    "regional strategic network to regional strategic network",
    "beyond regional strategic network",
    "outside regional strategic networks",
    "between regional strategic networks",
]
VARIANTS = {"spill-over": ["spill over", "spillover"], "inter-cluster": ["intercluster"]}


def report(variants: bool = False, analyzer: Analyzer = STEMMED) -> SearchRequest:
    axes = {"term": [{"noun": NOUNS, "transfer": TRANSFERS}], "concept": CONCEPTS}
    return SearchRequest(expand(axes, VARIANTS, variants), analyzer)
