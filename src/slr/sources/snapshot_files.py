"""Where the files of an OpenAlex snapshot lie, on a disk or in an object store.

Layout: https://help.openalex.org/access/snapshot (``data/jsonl/works/updated_date=…/part_0000.gz``,
``data/parquet/works/…``, ``works/deleted_ids.csv``) and the older ``data/works/…`` or ``works/…``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from slr.errors import SlrError, SourceDown, UserError

FOLDERS = ("data/parquet/works", "data/jsonl/works", "data/works", "parquet/works", "jsonl/works", "works")
"""Where works are looked for under the snapshot's path; the first that has part files is taken."""

BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError)
"""What is our mistake, not the file system's trouble."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One part file: its partition (ISO date) and its path below the snapshot's. Sorted, the newest is last."""

    updated: str
    name: str

    @property
    def parquet(self) -> bool:
        """Parquet, else gzipped JSON lines."""
        return self.name.endswith(".parquet")


@dataclass(frozen=True)
class Files:
    """The files under ``path``: a folder (relative to ``folder``) or an fsspec address with its storage ``options``."""

    path: str
    options: Mapping[str, object]
    folder: Path

    @property
    def remote(self) -> bool:
        """In an object store or on a server, rather than on this machine's disk."""
        return "://" in self.path

    @property
    def label(self) -> str:
        """What stands for the path in addresses and messages: never an absolute path of this machine."""
        path = self.path.rstrip("/")
        return path if self.remote or not Path(path).is_absolute() else Path(path).name

    @cached_property
    def system(self) -> Any:
        """The fsspec file system. Raises UserError where its package is not installed."""
        import fsspec

        protocol = self.path.partition("://")[0] if self.remote else "file"
        try:
            return fsspec.filesystem(protocol, **self.options)
        except (ImportError, ValueError, TypeError) as error:
            raise UserError(
                f"sources.snapshot.path in config/review.yaml: {protocol}:// cannot be opened ({error}): install what "
                "it needs (for s3://: pip install 'slr[s3]') and check sources.snapshot.options"
            ) from error

    def parts(self) -> list[Part]:
        """All part files, oldest partition first. Raises UserError if there are none, SourceDown if out of reach."""
        with self.reaching(self.label):
            for below in FOLDERS:
                if names := self.system.glob(f"{self._root}/{below}/updated_date=*/part_*"):
                    return sorted(self._part(name, below) for name in names)
        raise UserError(
            f"the snapshot {self.label} has no works/updated_date=*/part_* files: "
            "correct sources.snapshot.path in config/review.yaml"
        )

    def address(self, part: Part) -> str:
        """The part's address for a reader that knows ``system``."""
        path = f"{self._root}/{part.name}"
        return str(self.system.unstrip_protocol(path)) if self.remote else path

    def deleted(self, parts: list[Part]) -> frozenset[int]:
        """The numbers of the works that ``deleted_ids.csv`` beside the partitions lists."""
        path = f"{self._root}/{parts[0].name.partition('/updated_date=')[0]}/deleted_ids.csv"
        with self.reaching(f"{self.label}/…/deleted_ids.csv"):
            if not self.system.exists(path):
                return frozenset()
            with self.system.open(path, "rt", encoding="utf-8") as file:
                return frozenset(int(found[1]) for line in file if (found := re.search(r"\bW(\d+)", line)))

    def first_broken_line(self, part: Part) -> int | None:
        """The number (from 1) of the first line of a gzipped part that is no JSON, None if there is none."""
        import gzip
        import json

        with self.system.open(f"{self._root}/{part.name}", "rb") as raw, gzip.open(raw, "rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    json.loads(line.strip() or b"{}")
                except ValueError:
                    return number
        return None

    @contextmanager
    def reaching(self, name: str) -> Iterator[None]:
        """Turns what a file system raises into SourceDown; every object store has exceptions of its own."""
        try:
            yield
        except (SlrError, *BUGS):
            raise
        except Exception as error:
            raise SourceDown(
                f"{name} cannot be read ({type(error).__name__}: {self._hidden(str(error))}): check sources.snapshot "
                "in config/review.yaml, the network and the store's access keys"
            ) from error

    @property
    def _root(self) -> str:
        if self.remote:
            return str(self.system._strip_protocol(self.path)).rstrip("/")
        return (self.folder / self.path).resolve().as_posix()

    def _hidden(self, text: str) -> str:
        return text if self.remote else text.replace(self._root, self.label)

    def _part(self, path: str, below: str) -> Part:
        name = f"{below}/updated_date={path.rpartition('updated_date=')[2]}"
        if not name.endswith((".gz", ".parquet")):
            raise UserError(f"the snapshot file {self.label}/{name} is neither .gz nor .parquet: remove or convert it")
        return Part(name.rpartition("updated_date=")[2].partition("/")[0], name)
