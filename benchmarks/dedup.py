"""Quality and speed of ``find_duplicates`` on the labelled sets, side by side with bib-dedupe in the same run.

Run ``python benchmarks/dedup.py [SET …] [--peer PYTHON]``; PYTHON is an interpreter with bib-dedupe installed (or set
BIB_DEDUPE_PYTHON). The sets are read in place from ``../shared/data/dedup`` and scored by the script beside them:
*lost* are distinct works merged away, *missed* surplus copies left, *unsure* the pairs left to a person.
``--differences`` prints each group that disagrees with the labels.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pandas as pd

from slr.dedup import find_duplicates
from slr.dedup.frame import sides_of
from slr.dedup.group import grouped

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "dedup"
SETS = ("cytology_screening", "haematology", "digital_work", "exp_mis_baseline", "dblp_acm")
FLAGGED = "sra_copper"
PEER = Path(__file__).with_name("dedup_peer.py")
SHOWN = ["title", "authors", "year", "journal", "volume", "issue", "pages", "doi"]
Groups = Mapping[str, str]


def scorer() -> ModuleType:
    """The script that lies beside the labelled sets."""
    spec = importlib.util.spec_from_file_location("evaluate", DATA / "evaluate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(name: str) -> pd.DataFrame:
    """A labelled set, every cell a text."""
    return pd.read_csv(DATA / f"{name}.csv", dtype=str, keep_default_na=False)


def ours(table: pd.DataFrame) -> tuple[Groups, float]:
    """Our groups and the seconds they took."""
    started = time.perf_counter()
    found = find_duplicates(table)
    return dict(zip(found["record_id"], found["work_id"], strict=True)), time.perf_counter() - started


def theirs(name: str, python: str) -> tuple[Groups, float]:
    """bib-dedupe's groups and the seconds they took."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.csv")
        command = [python, str(PEER), str(DATA / f"{name}.csv"), str(out)]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        found = pd.read_csv(out, dtype=str, keep_default_na=False)
    return dict(zip(found["record_id"], found["work_id"], strict=True)), float(ran.stdout.split()[-1])


def row(evaluate: ModuleType, who: str, truth: Groups, said: Groups, seconds: float, unsure: object) -> str:
    """A line of the table."""
    tp, fp, fn = evaluate.pair_counts(truth, said)
    _, missed, lost = evaluate.surplus_counts(truth, said)
    f1 = 2 * tp / (2 * tp + fp + fn)
    rate = len(truth) / seconds
    return f"{who:>12} {fp:5} {fn:5} {lost:5} {missed:7} {f1:7.4f} {unsure:>7} {seconds:8.2f} {rate:10,.0f}"


def differences(table: pd.DataFrame, truth: Groups, said: Groups) -> None:
    """Print every group of one side that the other side parts."""
    rows = table.set_index("record_id")
    for title, by, other in (("merged, labelled apart", said, truth), ("labelled one, kept apart", truth, said)):
        groups: dict[str, list[str]] = defaultdict(list)
        for record_id in truth:
            groups[by[record_id]].append(record_id)
        for members in groups.values():
            if len({other[m] for m in members}) > 1:
                print(f"  {title}:")
                for m in members:
                    print(f"    {m} [{truth[m]}] " + " | ".join(rows.loc[m, SHOWN]))


def flagged() -> None:
    """The set in which every member of a duplicate group carries a flag."""
    table = read(FLAGGED)
    said, seconds = ours(table)
    size = Counter(said.values())
    flag = dict(zip(table["record_id"], table["dup_flag"] != "", strict=True))
    wrong = sum(size[said[r]] > 1 and not flag[r] for r in said)
    alone = sum(size[said[r]] == 1 and flag[r] for r in said)
    unsure = len(grouped(sides_of(table), {}, {}).unsure)
    print(f"{FLAGGED}, {len(table):,} records, {sum(flag.values())} flagged: {wrong} grouped without a flag, {alone} "
          f"flagged but alone, {unsure} unsure, {seconds:.2f} s")  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="SET")
    parser.add_argument("--peer", default=os.environ.get("BIB_DEDUPE_PYTHON"), metavar="PYTHON")
    parser.add_argument("--differences", action="store_true")
    given = parser.parse_args()
    if not DATA.exists():
        sys.exit(f"the labelled sets are not at {DATA}")
    evaluate = scorer()
    heads = (
        ("FP", 5),
        ("FN", 5),
        ("lost", 5),
        ("missed", 7),
        ("F1", 7),
        ("unsure", 7),
        ("seconds", 8),
        ("records/s", 10),
    )
    print(" " * 12, *(f"{head:>{width}}" for head, width in heads))
    for name in given.sets or SETS:
        table = read(name)
        truth = dict(zip(table["record_id"], table["cluster_id"], strict=True))
        said, seconds = ours(table)
        print(f"{name}, {len(table):,} records")
        print(row(evaluate, "slr", truth, said, seconds, len(grouped(sides_of(table), {}, {}).unsure)), flush=True)
        if given.differences:
            differences(table, truth, said)
        if given.peer:
            peer, peer_seconds = theirs(name, given.peer)
            print(row(evaluate, "bib-dedupe", truth, peer, peer_seconds, "–"))
            print(f"{'':>12} {peer_seconds / seconds:.0f} times as fast", flush=True)
    if not given.sets:
        flagged()


if __name__ == "__main__":
    main()
