"""The archive: an RO-Crate that holds what numbers are made of, and no abstract, key or mail address."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from slr.cli.archive import verified
from slr.cli.versioning import count
from slr.errors import ArchiveError, ReviewError, UserError
from slr.review import Review
from slr.screening.decisions import decide
from slr.search.stage import search
from slr.store import enrichment
from slr.store.enrichment import Told
from slr.update import container
from slr.update.archive import Packed, archive
from tests.support.reviews import corpus, lay_out, reviewing
from tests.support.sources import KEY
from tests.support.works import inverted
from tests.update.reviewed import begun, days_after, group, new_works, pointed_at, server, small, updated, work_of

LONG = "An abstract that its publisher holds the rights to: knowledge transfer in a cluster, at some length."


@contextmanager
def review_of(folder: Path, **more: Any) -> Iterator[Review]:
    works = small()
    works[5] = {**works[5], "abstract_inverted_index": inverted(LONG)}
    with begun(folder, works) as made, days_after(made, 5, **more) as review:
        yield review


def packed(review: Review, name: str = "x.zip", **more: Any) -> Packed:
    return archive(review, review.folder / name, count(review), check=verified, **more)


def test_the_same_review_gives_the_same_bytes_whenever_it_is_archived(tmp_path: Path) -> None:
    with review_of(tmp_path) as review:
        one = packed(review)
    with days_after(tmp_path, 99) as review:
        other = packed(review, "y.zip")
    assert one.path.read_bytes() == other.path.read_bytes()
    assert one.sha256 == other.sha256 == hashlib.sha256(one.path.read_bytes()).hexdigest()
    assert one.bytes == one.path.stat().st_size


def test_no_abstract_is_in_it_wherever_the_store_keeps_one(tmp_path: Path) -> None:
    with review_of(tmp_path) as review:
        with review.store.writing() as db:
            enrichment.begin(db, "enrich-1", "2026-11-03T00:00:00Z")
            told = Told(work_of(review, "openalex:W1007"), "abstract", LONG + " Told.", "crossref", "x", "2026-11-03")
            enrichment.add(db, "enrich-1", [told])
        assert LONG in "".join(map(str, (tuple(r) for r in review.store.db.execute("SELECT * FROM record_version"))))
        files = container.read(packed(review).path)
    everything = b"\n".join(files.values())
    assert LONG.encode() not in everything and b"publisher holds the rights" not in everything
    rows = [json.loads(line) for line in files["data/record_version.jsonl"].splitlines()]
    assert {row["abstract"] for row in rows} == {None} and len(rows) == 40


def test_it_describes_itself_as_an_ro_crate(tmp_path: Path) -> None:
    with review_of(tmp_path) as review:
        files = container.read(packed(review, licence="https://creativecommons.org/licenses/by/4.0/").path)
    graph = {one["@id"]: one for one in json.loads(files["ro-crate-metadata.json"])["@graph"]}
    assert len(graph) == len(json.loads(files["ro-crate-metadata.json"])["@graph"]), "each @id once"
    descriptor, root = graph["ro-crate-metadata.json"], graph["./"]
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"} and descriptor["about"] == {"@id": "./"}
    assert {"name", "description", "datePublished", "license"} <= root.keys() and root["@type"] == "Dataset"
    assert root["license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert root["datePublished"] == "2026-11-02", "the day of the newest thing in it"
    parts = {unquote(one["@id"]) for one in root["hasPart"]}
    assert parts == files.keys() - {"ro-crate-metadata.json", "checksums.sha256"}
    for name in parts:
        entity = next(one for one in graph.values() if unquote(one["@id"]) == name)
        assert entity["@type"] == "File" and entity["sha256"] == hashlib.sha256(files[name]).hexdigest()
    for one in graph.values():
        for link in _links(one):
            assert link in graph or link.startswith("https://") or unquote(link) in files, link


def _links(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.keys() == {"@id"}:
            yield value["@id"]
        for one in value.values():
            yield from _links(one)
    elif isinstance(value, list):
        for one in value:
            yield from _links(one)


def test_it_holds_the_configuration_the_logs_the_versions_and_checksums_that_sha256sum_reads(tmp_path: Path) -> None:
    with review_of(tmp_path) as review:
        files = container.read(packed(review).path)
        assert files["search_terms.yaml"] == (tmp_path / "search_terms.yaml").read_bytes()
        assert files["decisions/Anna.jsonl"] == (tmp_path / "outputs/decisions/Anna.jsonl").read_bytes()
        assert {n for n in files if n.startswith("versions/v1/")} >= {"versions/v1/manifest.json"}
        listed = dict(line.split("  ")[::-1] for line in files["checksums.sha256"].decode().splitlines())
        assert listed == {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n != "checksums.sha256"}


def test_a_key_of_the_environment_is_never_archived(tmp_path: Path) -> None:
    with review_of(tmp_path) as review:
        decide(review, "openalex:W1009", "maybe", stage="title-abstract", reviewer="Anna", note=f"asked with {KEY}")
        with pytest.raises(UserError, match=r"line \d+, of the archive would hold a key") as refused:
            packed(review)
        assert KEY not in str(refused.value) and not list(tmp_path.glob("*.zip"))


def test_a_mail_address_is_archived_only_if_that_is_allowed(tmp_path: Path) -> None:
    with review_of(tmp_path) as review:
        decide(review, "openalex:W1009", "maybe", stage="title-abstract", reviewer="Anna", note="ask anna@example.org")
        with pytest.raises(
            UserError, match=r"mail addresses \(data/decision.jsonl, line 9, decisions/Anna.jsonl, line 9"
        ):
            packed(review)
        assert packed(review, mail_allowed=True).path.exists()


def test_it_is_never_written_over_a_file_nor_into_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with review_of(tmp_path) as review:
        (tmp_path / "x.zip").write_bytes(b"mine")
        with pytest.raises(UserError, match="is there already"):
            packed(review)
        with pytest.raises(UserError, match=r"the folder .* is not there"):
            packed(review, "none/x.zip")
        with pytest.raises(UserError, match=r"ends with \.zip"):
            packed(review, "x.tar")
    assert (tmp_path / "x.zip").read_bytes() == b"mine"


def test_what_cannot_be_written_or_verified_leaves_nothing_behind(tmp_path: Path) -> None:
    def refuses(path: Path) -> None:
        assert path.exists()
        raise ArchiveError("no")

    with review_of(tmp_path) as review:
        with pytest.raises(ArchiveError, match="no"):
            archive(review, tmp_path / "x.zip", count(review), check=refuses)
        (tmp_path / ".y.zip.part").mkdir()
        with pytest.raises(ReviewError, match="nothing was written"):
            packed(review, "y.zip")
        (tmp_path / ".y.zip.part").rmdir()
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".zip", ".part")]


def test_a_review_with_an_update_is_archived_with_what_it_found(tmp_path: Path) -> None:
    with begun(tmp_path) as folder, server(small() + new_works(2)) as there:
        pointed_at(folder, there)
        with days_after(folder, 30) as review:
            updated(review)
            files = container.read(packed(review).path)
            assert files["data/update_finding.jsonl"].count(b'"queued"') == 2
            assert verified(folder / "x.zip") > 20


def test_a_review_nobody_decided_on_is_archived_too(tmp_path: Path) -> None:
    with server(corpus(5, 0, 0)) as there, reviewing(lay_out(tmp_path, there.url)) as review:
        search(review).whole()
        group(review)
        assert verified(packed(review).path) > 20
