"""The archive as a file: a zip whose bytes depend on its contents alone, and which nobody can change unnoticed.

The entries stand in a fixed order with a fixed date. The zip's comment holds the SHA-256 of every byte before it, so
that any changed byte is found, also one outside the entries. A zip that claims to be one is read with suspicion: names
that lead out of it, doubled names and sizes that no review has are refused before anything is unpacked.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from slr.errors import ArchiveError

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MARK = b"slr archive, SHA-256 of all bytes before this one: "
_DIGITS = 64
_REGULAR_FILE = 0o100644 << 16
MOST_BYTES = 2 << 30
"""Unpacked, all entries together: a review of 100,000 records takes about a tenth of it."""
MOST_RATIO = 200
"""Unpacked to packed bytes of an entry: lists of records pack to a tenth, zip bombs to a thousandth."""
_SMALL = 1 << 20
_MALFORMED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)
"""What the reading of a damaged zip ends with (an unknown version or method of packing is a RuntimeError)."""


def write(path: Path, files: Mapping[str, bytes]) -> str:
    """Write the files as an archive; returns the SHA-256 of the whole file. The file must not be there."""
    with path.open("xb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, _REGULAR_FILE
            packed.writestr(entry, files[name], zipfile.ZIP_DEFLATED, 9)
        packed.comment = _MARK + b"0" * _DIGITS
    sealed = _seal(path)
    with path.open("r+b") as end:
        end.seek(-_DIGITS, 2)
        end.write(sealed.encode())
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _seal(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()[:-_DIGITS]).hexdigest()


def read(path: Path) -> dict[str, bytes]:
    """The files of an archive, by name.

    Raises ArchiveError, saying what is wrong and where, for what is no zip, is cut off, holds names or sizes that an
    archive does not have, or cannot be unpacked.
    """
    if not path.is_file():
        raise ArchiveError(f"there is no file {path}: name an archive that 'slr archive' wrote")
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
            for entry in entries:
                _check(path, entry)
            if len({entry.filename for entry in entries}) < len(entries):
                raise ArchiveError(f"{path.name} holds two entries of one name: it is not as 'slr archive' wrote it")
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise ArchiveError(f"{path.name} would unpack to more than {MOST_BYTES >> 30} GiB: it is not unpacked")
            return {entry.filename: _unpacked(path, packed, entry) for entry in entries}
    except PermissionError as error:
        raise ArchiveError(f"{path} cannot be read ({error.strerror}): make it readable") from error
    except _MALFORMED as error:
        raise ArchiveError(
            f"{path.name} is not a zip file, or was cut off or damaged ({error}): get it once more from where it came"
        ) from error


def sealed(path: Path) -> str | None:
    """None if every byte is as it was written, else what is wrong, as the end of a sentence."""
    content = path.read_bytes()
    if content[-_DIGITS - len(_MARK) : -_DIGITS] != _MARK:
        return "does not end with the checksum that 'slr archive' writes: it was changed, or packed by another program"
    if not re.fullmatch(rb"[0-9a-f]{64}", content[-_DIGITS:]) or _seal(path).encode() != content[-_DIGITS:]:
        return "has another checksum than the one at its end: it was changed"
    return None


def _check(path: Path, entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    pure = PurePosixPath(name)
    if not name or pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name or str(pure) != name:
        raise ArchiveError(
            f"{path.name} holds an entry with the name {name!r}, which leads out of it: it is not unpacked"
        )
    if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
        raise ArchiveError(
            f"{path.name}: {name} would unpack to {entry.file_size / max(1, entry.compress_size):,.0f} times its size, "
            "as no list of a review does: it is not unpacked"
        )


def _unpacked(path: Path, packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        with packed.open(entry) as file:
            content = file.read(entry.file_size + 1)
    except _MALFORMED as error:
        raise ArchiveError(
            f"{path.name}: {entry.filename} cannot be unpacked ({error}): it was changed or damaged"
        ) from error
    if len(content) != entry.file_size:
        raise ArchiveError(f"{path.name}: {entry.filename} is longer than the zip says: it was changed")
    return content
