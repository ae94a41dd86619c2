"""The archive as a file: equal contents are equal bytes, every changed byte is found, and traps are not sprung."""

from __future__ import annotations

import random
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.errors import ArchiveError
from slr.update import container

FILES = {"b/two.txt": b"two" * 50, "a.json": b"{}\n", "empty.jsonl": b""}
names = st.lists(st.text("abc-_ é.", min_size=1).filter(lambda s: s.strip(". ") == s), min_size=1, max_size=3).map(
    "/".join
)


def written(folder: Path, files: dict[str, bytes] = FILES, name: str = "x.zip") -> Path:
    container.write(folder / name, files)
    return folder / name


@given(files=st.dictionaries(names, st.binary(max_size=200), max_size=5), seed=st.integers())
def test_what_is_written_is_read_and_the_order_of_the_files_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("zip")
    shuffled = list(files.items())
    random.Random(seed).shuffle(shuffled)
    one, other = written(folder, files), written(folder, dict(shuffled), "y.zip")
    assert container.read(one) == files and container.sealed(one) is None
    assert one.read_bytes() == other.read_bytes()


def test_every_single_changed_byte_is_found(tmp_path: Path) -> None:
    path = written(tmp_path)
    whole = path.read_bytes()
    for place in range(len(whole)):
        for flip in (0x01, 0x80):
            changed = bytearray(whole)
            changed[place] ^= flip
            path.write_bytes(changed)
            try:
                container.read(path)
            except ArchiveError:
                continue
            assert container.sealed(path) is not None, place


def test_a_file_cut_off_anywhere_is_found(tmp_path: Path) -> None:
    path = written(tmp_path)
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert container.sealed(path) is not None
        if length < len(whole) - 150:  # what is cut off at the end is the checksum only
            with pytest.raises(ArchiveError, match="not a zip file, or was cut off"):
                container.read(path)
    path.write_bytes(whole + b"\0")
    assert container.sealed(path) is not None


def test_one_packed_by_another_program_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a", "b")
    assert "packed by another program" in (container.sealed(path) or "")


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "c:x", "a\\..\\x", "./x", "a//x"])
def test_names_that_lead_out_of_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(zipfile.ZipInfo(name), "b")
    with pytest.raises(ArchiveError, match="leads out of it"):
        container.read(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_doubled_names_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a", "b")
        packed.writestr("a", "c")
    with pytest.raises(ArchiveError, match="two entries of one name"):
        container.read(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data/hit.jsonl", bytes(50 << 20))
    with pytest.raises(ArchiveError, match=r"data/hit.jsonl would unpack to [\d,]+ times its size"):
        container.read(path)


def test_many_entries_that_are_large_together_are_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        for n in range(3):
            packed.writestr(f"{n}", b"x" * 1000)
    content = bytearray(path.read_bytes())
    place = 0
    while (place := content.find(b"PK\x01\x02", place)) >= 0:  # the sizes that the directory claims
        struct.pack_into("<II", content, place + 20, 1 << 30, 1 << 30)
        place += 4
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="would unpack to more than 2 GiB"):
        container.read(path)


def test_no_file_and_no_zip_are_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="there is no file"):
        container.read(tmp_path / "none.zip")
    with pytest.raises(ArchiveError, match="there is no file"):
        container.read(tmp_path)
    (tmp_path / "text.zip").write_text("no zip")
    with pytest.raises(ArchiveError, match="not a zip file"):
        container.read(tmp_path / "text.zip")
