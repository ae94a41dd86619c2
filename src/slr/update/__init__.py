"""Versions of the review: frozen, compared, updated by a new search, archived and verified."""
