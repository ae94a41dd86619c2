"""Every import format against real exports: records, fields right, damaged variants, time.

- ``same_records``: how many records each tool's file holds, and titles, years and DOIs against the other files.
- ``zotero_cases``: title, creators, date (its year), DOI, publication, pages against what a reference manager reads.
- damaged: variants of every file (cut, bytes flipped, lines shuffled …; seeded): read or refused in one sentence.
- large: ``slr import`` of made-up RIS records of 2 kB, store, archive and matching included.

Goals: every record; 98 % of fields; no unhandled exception and no file above ``SECONDS``; 100,000 records in under 60 s
and 1 GB.

Run: python benchmarks/import_formats.py [damaged variants] [records of the large file]
"""

from __future__ import annotations

import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.damage import damaged
from tests.support.data import SHARED
from tests.support.expected_items import compared

from slr.config import write_starter
from slr.errors import ImportFileError
from slr.formats.base import Parsed
from slr.formats.registry import parse
from slr.model import Record
from slr.normalize import plain

EXPORTS = SHARED / "exports"
SECONDS = 20.0
"""The longest that one damaged file may take (the largest has 720 kB)."""


def read(path: Path) -> Parsed:
    return parse(path.read_bytes(), path.name, "X")


def same_records() -> None:
    """The table of the files; titles, years and DOIs right are those that agree with every other file's."""
    print("| file | format | records | rejected | titles | years | DOIs | year and DOI agree |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    files = sorted(path for path in (EXPORTS / "same_records").iterdir())
    found = {path: read(path) for path in files}
    known = by_title(record for parsed in found.values() for record in records(parsed))
    for path, parsed in found.items():
        agree = sum(agrees(record, known[plain(record.title)]) for record in records(parsed))
        held = [sum(1 for r in records(parsed) if getattr(r, name)) for name in ("title", "year", "doi")]
        counts = (len(parsed.entries), len(parsed.rejected), *held, agree)
        print(f"| {path.name} | {parsed.format} | {' | '.join(map(str, counts))} |")


def records(parsed: Parsed) -> Iterator[Record]:
    return (entry.record for entry in parsed.entries)


def by_title(every: Iterator[Record]) -> dict[str, list[Record]]:
    known: dict[str, list[Record]] = {}
    for record in every:
        known.setdefault(plain(record.title), []).append(record)
    return known


def agrees(one: Record, others: list[Record]) -> bool:
    """Whether every file that holds this title says the same year and DOI, as far as it says any."""
    return all(
        a is None or b is None or a == b for other in others for a, b in ((one.year, other.year), (one.doi, other.doi))
    )


def zotero_cases() -> tuple[int, int]:
    """The table of the formats, and each field that differs."""
    rows: dict[str, list[int]] = {}
    wrong = []
    for path in sorted((EXPORTS / "zotero_cases").iterdir()):
        if path.name.endswith(".expected.json"):
            continue
        items = json.loads(path.with_name(path.stem + ".expected.json").read_text("utf-8"))
        parsed = read(path)
        row = rows.setdefault(parsed.format, [0, 0, 0, 0])
        row[0], row[1] = row[0] + 1, row[1] + len(parsed.entries)
        if len(parsed.entries) != len(items):
            wrong.append(f"{path.name}: {len(parsed.entries)} records, {len(items)} expected")
        for item, record in zip(items, records(parsed), strict=False):
            for name, expected, have, same in compared(item, record):
                row[2], row[3] = row[2] + same, row[3] + 1
                if not same:
                    wrong.append(f"{path.name}: {name}: expected {expected!r:.100}, read {have!r:.100}")
    return told(rows, wrong)


def told(rows: dict[str, list[int]], wrong: list[str]) -> tuple[int, int]:
    print("\n| zotero_cases | files | records | fields right | of | share |\n|---|---:|---:|---:|---:|---:|")
    total = [sum(column) for column in zip(*rows.values(), strict=True)]
    for name, (files, found, right, every) in {**rows, "all": total}.items():
        print(f"| {name} | {files} | {found} | {right} | {every} | {right / every:.2%} |")
    print(*(f"- {line}" for line in wrong), sep="\n")
    return total[2], total[3]


def survive(variants: int) -> None:
    files = sorted(path for path in EXPORTS.rglob("*") if path.is_file() and not path.name.endswith(".expected.json"))
    outcome, slowest, seeded = {"read": 0, "read in part": 0, "refused": 0}, (0.0, ""), random.Random(20261123)
    for number in range(variants):
        path = files[number % len(files)]
        data, how = damaged(path.read_bytes(), seeded)
        begun = time.perf_counter()
        try:
            parsed = parse(data, path.name, "X")
            outcome["read in part" if parsed.rejected or parsed.not_understood else "read"] += 1
        except ImportFileError as error:
            assert "\n" not in str(error), (path, error)
            outcome["refused"] += 1
        slowest = max(slowest, (time.perf_counter() - begun, f"{path.name} {how}"))
    print(
        f"\n{variants:,} damaged variants of {len(files)} files: {outcome}; slowest {slowest[0]:.2f} s ({slowest[1]})"
    )
    assert slowest[0] < SECONDS


WORDS = (
    "knowledge", "transfer", "industrial", "cluster", "firm", "network", "region", "innovation", "spillover",
    "learning", "capability", "technology", "district", "chain", "linkages", "policy", "growth", "buzz", "pipelines",
    "study",
)  # fmt: skip


def large(size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_starter(Path(folder), "report")
        path = Path(folder, "large.ris")
        with path.open("w", encoding="utf-8") as file:
            file.writelines(made(number, random.Random(number)) for number in range(size))
        slr, begun = shutil.which("slr") or str(Path(sys.executable).with_name("slr")), time.perf_counter()
        subprocess.run(
            [slr, "import", str(path), "--source", "EBSCO", "--hits", str(size), "--review", folder], check=True
        )
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        held = path.stat().st_size / 1e6
        print(f"{size:,} RIS records ({held:,.0f} MB) imported in {seconds:.1f} s, {peak:,.0f} MB at most")


def made(number: int, seeded: random.Random) -> str:
    def words(count: int) -> str:
        return " ".join(seeded.choices(WORDS, k=count))

    authors = "".join(f"AU  - {words(1).title()}, {seeded.choice('ABCDE')}.\n" for _ in range(seeded.randint(1, 5)))
    keywords = "".join(f"KW  - {words(2)}\n" for _ in range(6))
    return (
        f"TY  - JOUR\n{authors}TI  - {words(12)} {number}\nT2  - {words(4).title()}\n"
        f"VL  - {seeded.randint(1, 90)}\nIS  - 1\n"
        f"SP  - {seeded.randint(1, 500)}\nEP  - {seeded.randint(501, 900)}\nPY  - {seeded.randint(1990, 2026)}\n"
        f"DO  - 10.1000/x.{number}\nAB  - {words(180)}\n{keywords}UR  - https://example.org/{number}\nLA  - English\n"
        f"AN  - {number}\nER  - \n\n"
    )


def main() -> None:
    same_records()
    right, every = zotero_cases()
    variants, size = (int(sys.argv[n]) if len(sys.argv) > n else default for n, default in ((1, 2_000), (2, 100_000)))
    survive(variants)
    if size:
        large(size)
    assert right / every >= 0.98


if __name__ == "__main__":
    main()
