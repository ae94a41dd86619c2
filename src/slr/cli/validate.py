"""``slr validate``: every problem of the review's files at once."""

from __future__ import annotations

import math

import typer

from slr.cli.common import HERE, AsJson, Quiet, ReviewDir, Verbose, speaking, working


def validate(
    review_dir: ReviewDir = HERE, as_json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """Check search_terms.yaml, config/review.yaml and config/known.yaml; say every problem, its line and remedy."""
    with speaking(as_json, quiet, verbose) as voice, working(review_dir, voice, "validate", lock=False) as review:
        matrix = review.matrix(variants=False)
        sizes = {axis.name: len(axis.phrases) for axis in matrix.axes}
        voice.say(
            f"The review's files are valid: {' × '.join(f'{n} {name}' for name, n in sizes.items())} = "
            f"{math.prod(sizes.values()):,} cells, {len(review.loaded.known)} known studies, "
            f"sources: {', '.join(review.enabled_sources()) or 'none enabled'}."
        )
        voice.result({"valid": True, "axes": sizes, "cells": matrix.cells, "known": len(review.loaded.known)})


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(validate)
