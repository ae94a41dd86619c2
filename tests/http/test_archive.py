"""The archive keeps what it was given, finds it again, and notices what was changed."""

from __future__ import annotations

import gzip
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slr.errors import ArchiveError, ReviewError
from slr.http.archive import Archive, new_exchange
from slr.model import Exchange


def exchange(n: int, body: bytes, run_id: str = "run", **changes: object) -> Exchange:
    facts = {"exchange_id": f"{run_id}-{n:06d}", "run_id": run_id, "source": "openalex", "body": body}
    facts |= {"url": f"https://api.example.org/works?page={n}", "fetched_at": "2026-11-02T12:00:00Z"}
    return new_exchange(**(facts | changes))  # type: ignore[arg-type]


def filled(root: Path, bodies: list[bytes]) -> Archive:
    archive = Archive(root)
    for n, body in enumerate(bodies, 1):
        archive.put(exchange(n, body), body)
    return archive


def object_file(archive: Archive, kept: Exchange) -> Path:
    return archive.root / "objects" / kept.body_sha256[:2] / f"{kept.body_sha256}.gz"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=2000), max_size=8))
def test_what_was_put_in_comes_out_in_order_also_after_reopening(bodies: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        written = filled(Path(folder), bodies)
        for archive in (written, Archive(Path(folder))):
            kept = archive.exchanges("run")
            assert [archive.body(one) for one in kept] == bodies
            assert [archive.get(one.exchange_id) for one in kept] == kept
            assert archive.runs() == (["run"] if bodies else [])
            assert all(archive.find("run", one.key) == one for one in kept)


def test_an_absent_archive_is_empty_and_reading_it_makes_no_folder(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    assert (archive.runs(), archive.exchanges("run"), archive.find("run", "key")) == ([], [], None)
    assert archive.described() == {}
    assert list(tmp_path.iterdir()) == []


def test_only_the_latest_complete_reply_of_the_same_run_is_found(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    old, new = exchange(1, b"old"), replace(exchange(1, b"new"), exchange_id="run-000002")
    bad = replace(exchange(1, b"bad", outcome="partial"), exchange_id="run-000003")
    worse = replace(exchange(1, b"worse", outcome="failed"), exchange_id="run-000004")
    for kept, body in ((old, b"old"), (new, b"new"), (bad, b"bad"), (worse, b"worse")):
        archive.put(kept, body)
    assert archive.find("run", old.key) == new
    assert archive.find("another run", old.key) is None
    assert len(archive.exchanges("run")) == 4


def test_equal_bodies_are_one_file_and_equal_bytes_everywhere(tmp_path: Path) -> None:
    one, two = filled(tmp_path / "one", [b"same", b"same"]), filled(tmp_path / "two", [b"same"])
    files = [list((archive.root / "objects").rglob("*.gz")) for archive in (one, two)]
    assert [len(found) for found in files] == [1, 1]
    assert files[0][0].read_bytes() == files[1][0].read_bytes()


def test_identifiers_count_on_from_what_the_archive_holds(tmp_path: Path) -> None:
    archive = filled(tmp_path, [b"a", b"b"])
    assert archive.next_id("run") == "run-000003"
    assert Archive(tmp_path).next_id("run") == "run-000003"
    assert archive.next_id("other") == "other-000001"


def test_two_open_archives_on_one_folder_see_each_others_exchanges(tmp_path: Path) -> None:
    one, two = Archive(tmp_path), Archive(tmp_path)
    one.put(exchange(1, b"a"), b"a")
    assert [two.body(kept) for kept in two.exchanges("run")] == [b"a"]
    two.put(exchange(2, b"b"), b"b")
    assert [one.body(kept) for kept in one.exchanges("run")] == [b"a", b"b"]


def damage_bits(path: Path) -> None:
    path.write_bytes(gzip.compress(b"something else", mtime=0))


def damage_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-6])


def damage_text(path: Path) -> None:
    path.write_bytes(b"not gzip at all")


def damage_flip(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 0xFF
    path.write_bytes(body)


def damage_remove(path: Path) -> None:
    path.unlink()


def damage_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "damage",
    [damage_bits, damage_cut, damage_text, damage_flip, damage_remove, damage_folder],
    ids=lambda d: d.__name__,
)
def test_a_changed_or_missing_body_is_an_error_that_names_its_file(tmp_path: Path, damage: object) -> None:
    archive = filled(tmp_path / "outputs" / "archive", [b"the body as received" * 20, b"another"])
    hurt, whole = archive.exchanges("run")
    damage(object_file(archive, hurt))  # type: ignore[operator]
    with pytest.raises(ArchiveError) as error:
        archive.body(hurt)
    name = f"outputs/archive/objects/{hurt.body_sha256[:2]}/{hurt.body_sha256}.gz"
    assert name in str(error.value)
    assert str(tmp_path) not in str(error.value)
    assert "backup" in str(error.value)
    assert archive.body(whole) == b"another"


def test_putting_a_body_again_mends_its_damaged_file(tmp_path: Path) -> None:
    archive = filled(tmp_path, [b"body"])
    kept = archive.exchanges("run")[0]
    damage_text(object_file(archive, kept))
    archive.put(exchange(2, b"body"), b"body")
    assert archive.body(kept) == b"body"


@pytest.mark.parametrize("torn", [b"{", b'{"exchange_id": "run-0000', b"\0" * 900, b"\xff\xfe"])
def test_half_a_line_at_the_end_is_ignored_and_cut_off_before_the_next(tmp_path: Path, torn: bytes) -> None:
    filled(tmp_path, [b"a"])
    index = tmp_path / "exchanges.jsonl"
    whole = index.read_bytes()
    index.write_bytes(whole + torn)
    archive = Archive(tmp_path)
    assert [archive.body(kept) for kept in archive.exchanges("run")] == [b"a"]
    assert index.read_bytes() == whole + torn, "reading changes nothing"
    archive.put(exchange(2, b"b"), b"b")
    assert index.read_bytes().startswith(whole)
    assert torn not in index.read_bytes()[len(whole) :] or torn == b"{"
    assert [archive.body(kept) for kept in Archive(tmp_path).exchanges("run")] == [b"a", b"b"]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_an_index_cut_off_anywhere_keeps_its_whole_lines(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        filled(Path(folder), [b"a", b"b", b"c"])
        index = Path(folder) / "exchanges.jsonl"
        whole = index.read_bytes()
        size = data.draw(st.integers(0, len(whole)))
        index.write_bytes(whole[:size])
        archive = Archive(Path(folder))
        lines = whole[:size].count(b"\n")
        assert len(archive.exchanges("run")) == lines
        archive.put(exchange(9, b"z"), b"z")
        assert len(Archive(Path(folder)).exchanges("run")) == lines + 1


@pytest.mark.parametrize("bad", [b"null", b"[]", b"{}", b"nonsense", b'{"exchange_id": 1}', b"\xff"])
def test_a_changed_whole_line_is_an_error_each_time_that_names_file_and_line(tmp_path: Path, bad: bytes) -> None:
    filled(tmp_path / "outputs" / "archive", [b"a", b"b", b"c"])
    index = tmp_path / "outputs" / "archive" / "exchanges.jsonl"
    lines = index.read_bytes().splitlines(keepends=True)
    index.write_bytes(lines[0] + bad + b"\n" + lines[2])
    archive = Archive(tmp_path / "outputs" / "archive")
    for _ in range(2):
        with pytest.raises(ArchiveError, match=r"^outputs/archive/exchanges\.jsonl, line 2,"):
            archive.exchanges("run")


def test_an_exchange_whose_run_is_not_a_text_is_refused(tmp_path: Path) -> None:
    archive = filled(tmp_path, [b"a"])
    index = tmp_path / "exchanges.jsonl"
    index.write_bytes(index.read_bytes().replace(b'"run_id": "run"', b'"run_id": ["x"]'))
    with pytest.raises(ArchiveError, match="line 1"):
        Archive(archive.root).runs()


def test_a_description_of_another_body_is_never_stored(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="another body"):
        Archive(tmp_path).put(exchange(1, b"a"), b"b")
    assert list(tmp_path.iterdir()) == []


def test_an_exchange_is_never_stored_twice(tmp_path: Path) -> None:
    archive = filled(tmp_path, [b"a"])
    with pytest.raises(ValueError, match="run-000001 already"):
        Archive(tmp_path).put(exchange(1, b"b"), b"b")
    assert len(archive.exchanges("run")) == 1


def test_an_imported_file_is_kept_once(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sha256 = exchange(1, b"TY  - JOUR").body_sha256
    kept = archive.put_file(sha256, b"TY  - JOUR", name="emerald.ris", source="emerald", at="2026-11-02T12:00:00Z")
    again = Archive(tmp_path).put_file(
        sha256, b"TY  - JOUR", name="copy.ris", source="emerald", at="2027-01-01T00:00:00Z"
    )
    other = archive.put_file(sha256, b"TY  - JOUR", name="emerald.ris", source="ebsco", at="2026-11-02T12:00:00Z")
    assert again == kept != other
    assert archive.body(kept) == b"TY  - JOUR"
    assert (kept.url, kept.method) == ("emerald.ris", "FILE")
    with pytest.raises(ValueError, match="checksum"):
        archive.put_file("0" * 64, b"x", name="x.ris", source="emerald", at="2026-11-02T12:00:00Z")


def test_what_a_run_was_described_as_survives_reopening_and_the_later_word_counts(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    archive.describe("one", {"variants": True, "config_hash": "abc"})
    archive.describe("two", {"variants": False})
    archive.describe("one", {"variants": True, "config_hash": "def"})
    told = {"one": {"variants": True, "config_hash": "def"}, "two": {"variants": False}}
    assert archive.described() == Archive(tmp_path / "archive").described() == told
    assert list(archive.described()) == ["one", "two"]
    assert archive.runs() == []


def test_an_unknown_exchange_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="run-000009"):
        Archive(tmp_path).get("run-000009")


def test_a_reader_sees_only_whole_exchanges_while_another_thread_writes(tmp_path: Path) -> None:
    bodies = [f"body {n} ".encode() * (n * 37 % 400) for n in range(150)]
    writer = threading.Thread(target=filled, args=(tmp_path, bodies))
    reader, counts = Archive(tmp_path), [0]
    writer.start()
    while writer.is_alive():
        kept = reader.exchanges("run")
        for one in kept[counts[-1] :]:
            assert reader.body(one) == bodies[int(one.exchange_id[-6:]) - 1]
        counts.append(len(kept))
    writer.join()
    assert counts == sorted(counts)
    assert [reader.body(one) for one in reader.exchanges("run")] == bodies


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_said_in_one_sentence_and_nothing_is_indexed(tmp_path: Path) -> None:
    root = tmp_path / "outputs" / "archive"
    root.mkdir(parents=True)
    (root / "exchanges.jsonl").symlink_to("/dev/full")
    with pytest.raises(ReviewError, match=r"^no space left .* outputs/archive"):
        Archive(root).put(exchange(1, b"a"), b"a")


@contextmanager
def without_privileges() -> Iterator[None]:
    """Run as a user to whom permissions apply (root may write anywhere)."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are POSIX's")
def test_a_read_only_folder_is_said_in_one_sentence_and_can_still_be_read(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        root = Path(folder) / "outputs" / "archive"
        filled(root, [b"a"])
        for path in [root, *root.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        with without_privileges():
            archive = Archive(root)
            with pytest.raises(ReviewError, match=r"^outputs/archive is read-only"):
                archive.put(exchange(2, b"b"), b"b")
            with pytest.raises(ReviewError, match=r"^outputs/archive is read-only"):
                archive.describe("run", {})
            assert [archive.body(kept) for kept in archive.exchanges("run")] == [b"a"]
        for path in [root, *root.rglob("*")]:
            path.chmod(0o755)


def test_other_obstacles_are_named_in_the_systems_words(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where the folder should be")
    with pytest.raises(ReviewError, match=r"cannot be (written|read)"):
        Archive(tmp_path / "archive").put(exchange(1, b"a"), b"a")
