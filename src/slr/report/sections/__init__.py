"""The sections of the search report: each reads the evidence and gives blocks."""
