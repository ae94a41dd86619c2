"""Filling what no record of a work states, from other sources, by identifier."""
