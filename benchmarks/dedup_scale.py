"""Time and memory of ``find_duplicates`` from 10,000 to 1,000,000 records, and of 1,000 new ones among 100,000 known.

Run ``python benchmarks/dedup_scale.py [SIZE …]``, or with ``--out-of-core SIZE`` from Parquet to Parquet. Each size
runs in a process of its own, so that the peak of memory is its own. The records are made, from a seed, from the
labelled sets in ``../shared/data/dedup``: works with the titles' own words, journals and names in new company, a third
of them described again as other indexes do (a journal abbreviated, initials, a subtitle or a field dropped, a DOI as a
URL, a short page range, a misprint, the year of the online version). So the truth is known, and the errors are counted
too.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from math import comb
from pathlib import Path

import duckdb
import pandas as pd

from slr.dedup import find_duplicates
from slr.dedup.frame import sides_of
from slr.dedup.group import grouped
from slr.dedup.nearby import keys_of, near, with_works
from slr.dedup.outofcore import find_duplicates_in

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "dedup"
SETS = ("cytology_screening", "haematology", "digital_work", "exp_mis_baseline", "sra_copper")
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
KNOWN, NEW = 100_000, 1_000
SEED = 20_111
COPIED = 0.35
Row = dict[str, str]


def real() -> list[Row]:
    """The rows of the labelled sets that have title, authors and journal."""
    tables = [pd.read_csv(DATA / f"{name}.csv", dtype=str, keep_default_na=False) for name in SETS]
    rows = pd.concat(tables).to_dict("records")
    return [row for row in rows if row["title"] and row["authors"] and row["journal"] and row["year"]]


def works(rng: random.Random, rows: list[Row]) -> Iterator[Row]:
    """New works: half of a real title's words exchanged for words of another, with authors and a place of their own."""
    names = [name.strip() for row in rows for name in row["authors"].replace(";", " and ").split(" and ")]
    names = sorted({name for name in names if "," in name})
    while True:
        base, other = rng.choice(rows), rng.choice(rows)
        words, rest = base["title"].split(), other["title"].split()
        title = " ".join(rng.choice(rest) if rng.random() < 0.5 else word for word in words)
        first = rng.randint(1, 2000)
        number = rng.randrange(10**9)
        yield {
            "title": title,
            "authors": " and ".join(rng.sample(names, rng.choice((1, 2, 2, 3, 3, 4, 6, 9)))),
            "year": str(rng.randint(1990, 2023)),
            "journal": base["journal"],
            "volume": str(rng.randint(1, 120)),
            "issue": str(rng.randint(1, 12)),
            "pages": f"{first}-{first + rng.randint(3, 25)}",
            "doi": f"10.{rng.randint(1000, 1400)}/j.{number}" if rng.random() < 0.7 else "",
        }


def _abbreviated(_: random.Random, row: Row) -> None:
    row["journal"] = " ".join(w[:4] + "." if len(w) > 5 else w for w in row["journal"].split() if w.lower() != "of")


def _initials(_: random.Random, row: Row) -> None:
    names = (name.partition(",") for name in row["authors"].split(" and "))
    row["authors"] = "; ".join(f"{family} {''.join(w[0] for w in given.split())}" for family, _, given in names)


def _without_subtitle(_: random.Random, row: Row) -> None:
    main, found, _rest = row["title"].partition(": ")
    if found and len(main.split()) > 4:
        row["title"] = main


def _dropped(rng: random.Random, row: Row) -> None:
    for name in rng.sample(["volume", "issue", "pages", "doi", "journal"], 2):
        row[name] = ""


def _doi_as_url(_: random.Random, row: Row) -> None:
    if row["doi"]:
        row["doi"] = "https://doi.org/" + row["doi"].upper()


def _short_range(_: random.Random, row: Row) -> None:
    first, _sign, last = row["pages"].partition("-")
    if len(first) == len(last) > 2:
        row["pages"] = f"{first}-{last[-2:]}"


def _misprint(rng: random.Random, row: Row) -> None:
    at = rng.randrange(max(1, len(row["title"]) - 1))
    row["title"] = row["title"][:at] + row["title"][at + 1 :]


def _online_year(_: random.Random, row: Row) -> None:
    row["year"] = str(int(row["year"]) - 1)


def _capitals(_: random.Random, row: Row) -> None:
    row["title"] = row["title"].upper() + "."


CHANGES: tuple[tuple[float, Callable[[random.Random, Row], None]], ...] = (
    (0.4, _abbreviated),
    (0.5, _initials),
    (0.1, _without_subtitle),
    (0.3, _dropped),
    (0.4, _doi_as_url),
    (0.4, _short_range),
    (0.1, _misprint),
    (0.05, _online_year),
    (0.2, _capitals),
)


def records(size: int, seed: int = SEED) -> pd.DataFrame:
    """``size`` records in random order with their ``cluster_id``."""
    rng = random.Random(seed)
    made: list[Row] = []
    for cluster, work in enumerate(works(rng, real())):
        made.append(work | {"cluster_id": str(cluster)})
        while rng.random() < COPIED:
            copy = work | {"cluster_id": str(cluster)}
            for chance, change in CHANGES:
                if rng.random() < chance:
                    change(rng, copy)
            made.append(copy)
        if len(made) >= size:
            break
    rng.shuffle(made)
    table = pd.DataFrame(made[:size])
    table.insert(0, "record_id", [f"r{n:07}" for n in range(len(table))])
    return table


def errors(table: pd.DataFrame, found: pd.DataFrame) -> str:
    """Pairs joined wrongly and pairs missed."""
    both = Counter(zip(table["cluster_id"], found["work_id"], strict=True))
    tp = sum(comb(n, 2) for n in both.values())
    said = sum(comb(n, 2) for n in Counter(found["work_id"]).values())
    true = sum(comb(n, 2) for n in Counter(table["cluster_id"]).values())
    return f"{true:10,} pairs {said - tp:7,} FP {true - tp:8,} FN"


def whole(size: int) -> None:
    """Time one size."""
    table = records(size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    found = find_duplicates(table)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{size:10,} records {seconds:8.1f} s {size / seconds:9,.0f} records/s {peak / 2**20:6.2f} GB at most "
          f"({before / 2**20:.2f} GB the table) {errors(table, found)}", flush=True)  # fmt: skip


def outside(size: int) -> None:
    """Time one size from a Parquet file to another, with DuckDB held to half a gigabyte."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "records.parquet")
        made = records(size)
        duckdb.sql("FROM made").write_parquet(str(source))
        del made
        started = time.perf_counter()
        command = [sys.executable, __file__, "--from-file", str(source), folder]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
        seconds = time.perf_counter() - started
    print(f"{size:10,} records {seconds:8.1f} s out of core {ran.stdout.strip()}", flush=True)


def from_file(source: str, folder: str) -> None:
    """Group one file in this process, and say how much memory it took."""
    works_found = find_duplicates_in([Path(source)], Path(folder, "out.parquet"), Path(folder), memory="500MB")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{peak / 2**20:6.2f} GB at most, {works_found:,} works")


def incremental() -> None:
    """Time 1,000 new records among 100,000 known ones, of which the store holds groups and keys: as ``slr dedupe``."""
    table = records(KNOWN + NEW)
    sides = sides_of(table)
    old = sides[:KNOWN]
    together = {p.record_id: p.founder for p in grouped(old, {}, {}).placed}
    keys = [(s.record_id, keys_of(s)) for s in old]
    rows = table.set_index("record_id", drop=False)
    started = time.perf_counter()
    new = sides_of(table[KNOWN:])
    touched = with_works(near((keys_of(s) for s in new), keys), together)
    others = sides_of(rows.loc[sorted(touched)])
    found = grouped([*new, *others], {r: f for r, f in together.items() if r in touched}, {})
    seconds = time.perf_counter() - started
    joined = sum(p.founder != p.record_id for p in found.placed if p.record_id not in together)
    print(f"{NEW:,} new records among {KNOWN:,} known: {seconds:.1f} s, {len(others):,} compared with, {joined} joined")


def main() -> None:
    """Print the curve."""
    if sys.argv[1:2] == ["--one"]:
        whole(int(sys.argv[2]))
        return
    if sys.argv[1:2] == ["--from-file"]:
        from_file(*sys.argv[2:])
        return
    if sys.argv[1:2] == ["--out-of-core"]:
        outside(int(sys.argv[2]))
        return
    if not DATA.exists():
        sys.exit(f"the labelled sets are not at {DATA}")
    for size in map(int, sys.argv[1:] or SIZES):
        subprocess.run([sys.executable, __file__, "--one", str(size)], check=True)
    incremental()


if __name__ == "__main__":
    main()
