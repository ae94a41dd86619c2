"""Groups a labelled set with bib-dedupe, in its own environment: ``python dedup_peer.py SET.csv OUT.csv``.

Run by ``dedup.py`` with the interpreter that has bib-dedupe installed; writes ``record_id, work_id`` and prints the
seconds that the grouping took (without starting Python and reading the file).
"""

from __future__ import annotations

import sys
import time

import pandas as pd
from bib_dedupe.bib_dedupe import block, cluster, match, prep

COLUMNS = ["title", "author", "year", "journal", "volume", "number", "pages", "doi", "abstract"]


def main(labelled: str, out: str) -> None:
    """Group the records of a file and write the assignment."""
    table = pd.read_csv(labelled, dtype=str, keep_default_na=False)
    records = table.rename(columns={"record_id": "ID", "authors": "author", "issue": "number"})
    records = records[["ID", *COLUMNS]].assign(ENTRYTYPE="article")
    started = time.perf_counter()
    groups = cluster(
        match(block(prep(records, verbosity_level=0), verbosity_level=0), verbosity_level=0), verbosity_level=0
    )
    seconds = time.perf_counter() - started
    work_of = {record_id: min(group) for group in groups for record_id in group}
    ids = records["ID"].tolist()
    pd.DataFrame({"record_id": ids, "work_id": [work_of.get(i, i) for i in ids]}).to_csv(out, index=False)
    print(f"{seconds:.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
