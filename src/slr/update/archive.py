"""The review as one file that can be published: an RO-Crate with all that its numbers are made of, and no abstracts.

The tables of the store are written as lines of JSON, so that every number can be recomputed from the archive alone
(``verify``). Publishers' abstracts stay in the store; keys and mail addresses must not occur, and are looked for.
"""

from __future__ import annotations

import json
import platform
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata as installed
from pathlib import Path

from slr import __version__
from slr.errors import ReviewError, UserError
from slr.http.manners import MANNERS
from slr.http.redaction import Secrets
from slr.review import Review
from slr.store import decisions, dump, runs, versions
from slr.store.connection import Connection
from slr.update import container, crate
from slr.update.freeze import FOLDER, Counted, sha256

CHECKSUMS = "checksums.sha256"
SOFTWARE = "software.json"
NUMBERS = "numbers.json"
BOXES = "boxes.json"
FIGURES = ("prisma.svg", "prisma.png", "prisma.csv", "prisma.json", "matrix.svg", "matrix.csv",
           "search_report.md", "update_report.md")  # fmt: skip
"""What of outputs/ goes along, if it is there. Tables and pages that hold abstracts do not (data/ has all but
these), nor prisma.pdf, which its maker writes in another order each time, and which shows what prisma.svg shows."""
NO_LICENCE = "No licence was named: ask the authors of the review before using this beyond what the law allows."
_MAIL = re.compile(rb"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_PICTURES = (".png", ".pdf")
_PACKAGES = ("duckdb", "pandas", "pyalex", "pydantic", "rapidfuzz", "requests", "rispy", "vl-convert-python")

_README = """\
This is an archive of a systematic literature review, made by slr {slr}.

  ro-crate-metadata.json   describes every file (RO-Crate 1.1)
  search_terms.yaml        the search-term x concept matrix
  config/                  sources, limits, criteria, stages, reviewers, known studies
  data/                    the tables of the review, a JSON object a line: queries, records (without abstracts), hits,
                           which records are one work and why, marks of criteria, decisions, versions
  decisions/               each reviewer's log, a chain of hashes
  numbers.json boxes.json  every number of the PRISMA 2020 diagram, and the ids behind each
  outputs/                 the diagram, the matrix and the reports
  versions/                the frozen versions
  checksums.sha256         'sha256sum -c checksums.sha256' checks every file

'slr verify FILE.zip' checks the file and recomputes every number from data/ and config/ alone.
"""


@dataclass(frozen=True, slots=True)
class Packed:
    """An archive that was written: its path, SHA-256 of the whole file, number of files, bytes."""

    path: Path
    sha256: str
    files: int
    bytes: int


def archive(
    review: Review,
    path: Path,
    counted: Counted,
    *,
    check: Callable[[Path], object],
    licence: str = NO_LICENCE,
    mail_allowed: bool = False,
) -> Packed:
    """Write the review as it stands to ``path``, whole or not at all; the same state gives the same bytes.

    ``check`` is asked to verify the file before it gets its name: what it raises, this raises. Raises UserError if the
    file is there or its folder is not, or where a key or (unless allowed) a mail address would be published;
    ReviewError if it cannot be written.
    """
    check_place(path)
    files = contents(review, counted, licence)
    _check_private(review, files, mail_allowed)
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        whole = container.write(part, files)
        size = part.stat().st_size
        check(part)
        part.rename(path)
    except OSError as error:
        raise ReviewError(
            f"{path} cannot be written ({error.strerror}): make its folder writable or free some space, or name "
            "another place; nothing was written"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return Packed(path, whole, len(files), size)


def check_place(path: Path) -> None:
    """Raises UserError if an archive cannot be written there."""
    if path.suffix.lower() != ".zip":
        raise UserError(f"'{path.name}' is not the name of a zip file: write one that ends with .zip")
    if path.exists():
        raise UserError(f"{path} is there already, and an archive is never overwritten: give another name")
    if not path.parent.is_dir():
        raise UserError(f"the folder {path.parent} is not there: make it, or name another place")


def contents(review: Review, counted: Counted, licence: str = NO_LICENCE) -> dict[str, bytes]:
    """path → content of every file of the archive."""
    db = review.store.db
    files = dict(review.loaded.files)
    files |= {f"data/{table}.jsonl": _table(db, table) for table in dump.tables(db)}
    files |= {f"decisions/{name}.jsonl": _log(db, name) for name in decisions.reviewers(db)}
    files |= dict(_outputs(review))
    files[NUMBERS] = _json(counted.numbers)
    files[BOXES] = _json({box: list(counted.boxes[box]) for box in sorted(counted.boxes)})
    files[SOFTWARE] = _json(_software(review.store.version()))
    files["README.txt"] = _README.format(slr=__version__).encode()
    files[crate.METADATA] = crate.metadata(_described(review, licence, _day(files)), files)
    files[CHECKSUMS] = "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files)).encode()
    return files


def _table(db: Connection, table: str) -> bytes:
    return b"".join(line_of(row) for row in dump.rows(db, table))


def line_of(row: Mapping[str, object]) -> bytes:
    """A row of a table as a line of its file."""
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _log(db: Connection, reviewer: str) -> bytes:
    return "".join(decisions.as_line(event) for event in decisions.log(db, reviewer)).encode()


def _outputs(review: Review) -> Iterator[tuple[str, bytes]]:
    for name in FIGURES:
        if (path := review.outputs / name).is_file():
            yield f"outputs/{name}", path.read_bytes()
    for version in versions.versions(review.store.db):
        folder = review.outputs / FOLDER / version.name
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            yield f"{FOLDER}/{version.name}/{path.relative_to(folder).as_posix()}", path.read_bytes()


def _software(store: int) -> dict[str, object]:
    there = {name: installed.version(name) for name in _PACKAGES}
    return {"slr": __version__, "store": store, "python": platform.python_version(), "system": sys.platform,
            "packages": there}  # fmt: skip


_TIME = re.compile(rb'"(?:at|\w+_at)": "(\d{4}-\d\d-\d\d)')


def _day(files: Mapping[str, bytes]) -> str:
    """The day of the newest thing in any table: it depends on the review, not on when it is archived."""
    days = (day for name in files if name.startswith("data/") for day in _TIME.findall(files[name]))
    return max(days, default=b"1970-01-01").decode()


def _described(review: Review, licence: str, day: str) -> crate.Described:
    db = review.store.db
    return crate.Described(
        title=review.config.title,
        question=review.config.question,
        day=day,
        licence=licence,
        slr_version=__version__,
        runs=runs.every(db),
        versions=versions.versions(db),
        reviewers=decisions.reviewers(db),
    )


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


# what must not be published


def _check_private(review: Review, files: Mapping[str, bytes], mail_allowed: bool) -> None:
    """Raises UserError, naming file and line, if a key known to this machine or a mail address would be published."""
    keys = Secrets(frozenset(review.environ.get(row.key_env, "").strip() for row in MANNERS.values() if row.key_env))
    for name, content in files.items():
        if keys.hide_bytes(content) is not content:
            line = next(n for n, text in enumerate(content.splitlines(), 1) if keys.hide_bytes(text) is not text)
            raise UserError(
                f"{name}, line {line}, of the archive would hold a key or mail address of the environment: nothing was "
                "written; find it in the review's files and take it out"
            )
    places = [] if mail_allowed else [place for name in sorted(files) for place in _mails(name, files[name])]
    if places:
        more = f" and {len(places) - 3:,} more places" if len(places) > 3 else ""
        raise UserError(
            f"the archive would hold mail addresses ({', '.join(places[:3])}{more}): take them out, or write "
            "--allow-mail if they may be published; nothing was written"
        )


def _mails(name: str, content: bytes) -> Iterator[str]:
    if not name.endswith(_PICTURES) and b"@" in content:
        for number, line in enumerate(content.splitlines(), 1):
            if b"@" in line and _MAIL.search(line):
                yield f"{name}, line {number}"
