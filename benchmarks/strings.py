"""Sub-queries per platform for the report's 60 × 22 matrix, with and without absorption, and the bound below both.

Goals: ScienceDirect at most 10 sub-queries; Google Scholar at most 256 characters a string.

Run: python benchmarks/strings.py
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from slr.config import write_starter
from slr.matrix.dialects.by_hand import PLATFORMS
from slr.report.strings import sheet
from slr.review import open_review


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        write_starter(Path(folder), "report")
        review = open_review(Path(folder))
        print(
            f"{'platform':<16}{'variants':>9}{'absorbed':>9}{'(bound)':>8}{'whole':>7}{'(bound)':>8}{'longest':>9}{'connectors':>11}{'s':>6}"
        )
        missed = []
        for variants in (False, True):
            for platform in PLATFORMS:
                start = time.perf_counter()
                one, whole = (
                    sheet(review.matrix(variants), platform, absorbing=absorbing) for absorbing in (True, False)
                )
                longest, most = (
                    max(sizes) for sizes in zip(*((len(q.text), q.connectors) for q in one.queries), strict=True)
                )
                print(
                    f"{platform.name:<16}{'on' if variants else 'off':>9}{len(one.queries):>9}{one.fewest_possible:>8}"
                    f"{len(whole.queries):>7}{whole.fewest_possible:>8}{longest:>9,}{most:>11}"
                    f"{time.perf_counter() - start:>6.1f}"
                )
                if platform.name == "sciencedirect" and not variants and len(one.queries) > 10:
                    missed.append("ScienceDirect takes more than 10 sub-queries")
                if platform.name == "google_scholar" and longest > 256:
                    missed.append("a string for Google Scholar is longer than 256 characters")
    print("\n".join(missed) or "all goals met")
    return len(missed)


if __name__ == "__main__":
    sys.exit(main())
