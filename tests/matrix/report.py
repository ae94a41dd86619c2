"""The matrix of the report on resource transfer between industrial clusters, as its method section gives it."""

from __future__ import annotations

from slr.matrix.terms import Matrix, expand

NOUNS = ["capability", "competence", "technology", "knowledge", "skill"]
TRANSFER_WORDS = [
    "transfer",
    "transmission",
    "movement",
    "diffusion",
    "learning",
    "linkages",
    "exchange",
    "export",
    "import",
    "flow",
    "acquisition",
    "spill-over",
]
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


def report_matrix(use_variants: bool) -> Matrix:
    terms = [{"noun": NOUNS, "transfer word": TRANSFER_WORDS}]
    return expand({"terms": terms, "concepts": CONCEPTS}, VARIANTS, use_variants)
