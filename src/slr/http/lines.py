"""An append-only file of lines that survives a crash at any moment; and the folders it lies in."""

from __future__ import annotations

import os
from pathlib import Path


class Lines:
    """A file to which whole lines are appended, each on the disk before ``append`` returns.

    Half a line at the end, left by a crash, is never read, and cut off before the next line is written. One process
    writes at a time; others may read meanwhile and see the new lines at their next look.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._read_to = 0  # bytes that are whole lines and have been read

    def fresh(self) -> list[bytes]:
        """The lines that have come since the last look, by this process or another; their last is line ``count``."""
        try:
            if self.path.stat().st_size == self._read_to:
                return []
            with self.path.open("rb") as file:
                file.seek(self._read_to)
                whole, end, _half = file.read().rpartition(b"\n")
        except FileNotFoundError:
            return []
        lines = whole.split(b"\n") if end else []
        self._read_to += len(whole) + len(end)
        self.count += len(lines)
        return lines

    def append(self, line: bytes) -> None:
        """Add a line (without its end); read all ``fresh`` ones before. Raises OSError if the disk does not take it."""
        is_new = not self.path.exists()
        with self.path.open("ab") as file:
            if file.tell() > self._read_to:  # half a line
                file.truncate(self._read_to)
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self.path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder so that it survives a crash: each new name is synced in the folder that holds it."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    if os.name != "posix":  # elsewhere a folder cannot be opened, and renames are journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
