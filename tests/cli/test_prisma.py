"""``slr prisma`` and ``slr study`` as a person uses them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from slr.cli.common import Voice
from slr.cli.freeze import frozen
from slr.prisma.boxes import ids, state_of
from slr.review import Review
from slr.screening.decisions import Ruling, decide_all
from tests.cli.support import Terminal
from tests.cli.support import terminal as terminal
from tests.support.imported import REVIEW, entry, lay_out, opened, settle, take

ONE = REVIEW.replace("reviewers: 2", "reviewers: 1")
TITLES = [f"Knowledge transfer of cluster number {n}" for n in range(6)]
HOSTILE = 'Is 5 < 6 && "x" </ script > of knowledge transfer?'
FILES = ("svg", "png", "pdf", "html", "csv", "json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six records and a hostile one from EBSCO, one of them again from citation searching; some are decided."""
    with opened(tmp_path, ONE) as review:
        take(review, "".join(map(entry, TITLES)) + entry(HOSTILE, UR="javascript:alert(1)"), "EBSCO")
        take(review, entry(TITLES[0], DO="10.1000/x"), "index", origin="citation")
        settle(review)
        record = {row["title"]: row["record_id"] for row in review.store.db.execute(
            "SELECT title, record_id FROM record WHERE source = 'EBSCO'")}  # fmt: skip
        early = [(TITLES[0], "include"), (TITLES[1], "include"), (TITLES[2], "include"), (TITLES[3], "exclude")]
        decide_all(review, [Ruling(record[t], v) for t, v in early], stage="title-abstract", reviewer="Anna")
        late = [Ruling(record[TITLES[0]], "include"), Ruling(record[TITLES[1]], "include"),
                Ruling(record[TITLES[2]], "exclude", "one-cluster")]  # fmt: skip
        decide_all(review, late, stage="full-text", reviewer="Anna")
    return tmp_path


def test_every_file_is_written_and_a_second_run_writes_the_same_bytes(folder: Path, terminal: Terminal) -> None:
    def written() -> dict[str, bytes]:
        assert terminal("prisma", "--review", folder).code == 0
        return {kind: (folder / f"outputs/prisma.{kind}").read_bytes() for kind in FILES}

    first = written()
    assert first == written()
    assert first["pdf"].startswith(b"%PDF") and first["png"].startswith(b"\x89PNG") and b"<svg" in first["svg"]


def test_explain_gives_each_with_its_reason_and_who_decided(folder: Path, terminal: Terminal) -> None:
    said = terminal("prisma", "explain", "dbr_excluded", "--review", folder)
    assert "dbr_excluded: 1 report: " in said.out
    assert f"{TITLES[2]} (2004) · EBSCO · Within one cluster · Anna" in said.out
    (row,) = csv.DictReader(io.StringIO(terminal("prisma", "explain", "dbr_excluded", "--csv", "--review", folder).out))
    assert (row["title"], row["reason"], row["decided_by"]) == (TITLES[2], "Within one cluster", "Anna")
    document = json.loads(terminal("prisma", "explain", "other_duplicates", "--json", "--review", folder).out)
    assert document["n"] == 1 and document["entries"][0]["reason"].startswith("the same publication as EBSCO:")
    assert document["entries"][0]["doi"] == "10.1000/x"


@pytest.mark.parametrize(
    ("box", "n", "reason", "who"),
    [
        ("records_excluded", 1, "", "Anna"),
        ("pending_screening", 3, "0 of 1 have decided", ""),
        ("new_reports", 2, "", "Anna"),
        ("dbr_sought_reports", 3, "", "Anna"),
    ],
)
def test_explain_of_every_kind_of_box(
    folder: Path,
    terminal: Terminal,
    box: str,
    n: int,
    reason: str,
    who: str,
) -> None:
    document = json.loads(terminal("prisma", "explain", box, "--json", "--review", folder).out)
    assert document["n"] == n == len(document["entries"])
    assert {(e["reason"], e["decided_by"]) for e in document["entries"]} == {(reason, who)}


def test_a_box_that_there_is_not_is_one_sentence(folder: Path, terminal: Terminal) -> None:
    said = terminal.sentence("prisma", "explain", "record_screened", "--review", folder)
    assert "there is no box 'record_screened': did you mean 'records_screened'?" in said


def page_data(folder: Path) -> dict[str, object]:
    html = (folder / "outputs/prisma.html").read_text("utf-8")
    (data,) = re.findall(r'<script id="data" type="application/json">(.*?)</script>', html, re.DOTALL)
    return json.loads(data)


def test_the_page_needs_nothing_beside_it_and_holds_every_list(folder: Path, terminal: Terminal) -> None:
    terminal("prisma", "--review", folder)
    html = (folder / "outputs/prisma.html").read_text("utf-8")
    assert not re.findall(r'(?:src|href)="(?!#)', html) and "default-src 'none'" in html
    data = page_data(folder)
    numbers = json.loads((folder / "outputs/prisma.json").read_text("utf-8"))
    for key, listed in data["boxes"].items():  # type: ignore[attr-defined]
        n = numbers["boxes"].get(key, numbers["pending"].get(key, numbers["details"].get(key)))
        n = sum(n.values()) if isinstance(n, dict) else n or 0
        assert len(listed["ids"]) == len(listed["reasons"]) == len(listed["who"]) == n, key
        assert n == 0 or f'href="#{key}"' in html, key


def test_what_sources_wrote_stands_in_the_page_as_text_only(folder: Path, terminal: Terminal) -> None:
    terminal("prisma", "--review", folder)
    html = (folder / "outputs/prisma.html").read_text("utf-8")
    data = html.partition('type="application/json">')[2].partition("</script>")[0]
    assert "<" not in data and html.count("</script>") == 2 and "innerHTML" not in html
    assert any(HOSTILE in thing for thing in page_data(folder)["things"])  # type: ignore[attr-defined]


def test_the_choices_of_the_command_line_go_before_those_of_the_file(folder: Path, terminal: Terminal) -> None:
    lay_out(folder, ONE + "prisma: {tail: excluded, stopping_rule: 95 % recall, other_arm: extended}\n")
    document = json.loads(terminal("prisma", "--json", "--review", folder).out)
    assert document["details"]["excluded_by_automation"] == 3 and document["pending"]["pending_screening"] == 0
    assert "(95 % recall)" in " ".join(document["notes"])
    assert "are added to the template" in (folder / "outputs/prisma.svg").read_text("utf-8")
    document = json.loads(
        terminal("prisma", "--tail", "pending", "--other-arm", "template", "--json", "--review", folder).out
    )
    assert document["pending"]["pending_screening"] == 3
    assert "are added to the template" not in (folder / "outputs/prisma.svg").read_text("utf-8")


def boxes_of(review: Review, key: str) -> list[str]:
    return ids(state_of(review), key)


def test_after_a_version_and_a_new_import_the_diagram_is_that_of_an_update(folder: Path, terminal: Terminal) -> None:
    with opened(folder, ONE) as review:
        frozen(Voice(as_json=True, quiet=True), review, "v1")
        assert json.loads(terminal("prisma", "--json", "--review", folder).out)["boxes"]["previous_studies"] is None
    with opened(folder, ONE) as review:
        later = review.clock().replace(hour=23)
        review.clock = lambda: later
        take(review, entry(TITLES[0]) + entry(TITLES[3]) + entry("A later study of knowledge transfer"), "Scopus")
        settle(review)
        waited = boxes_of(review, "pending_screening")[0]
        decide_all(review, [Ruling(waited, "exclude")], stage="title-abstract", reviewer="Anna")
    boxes = json.loads(terminal("prisma", "--json", "--review", folder).out)["boxes"]
    assert boxes["previous_studies"] == 2 and boxes["database_results"] == 3 + 3 and boxes["duplicates"] == 2
    assert boxes["records_excluded"] == 1, "what the version had left open is decided in the update"
    assert "Previous studies" in (folder / "outputs/prisma.svg").read_text("utf-8")
    together = json.loads(terminal("prisma", "--cumulative", "--json", "--review", folder).out)["boxes"]
    assert together["previous_studies"] is None and together["database_results"] == 7 + 3


def test_reports_linked_on_the_command_line_are_one_study_in_the_numbers(folder: Path, terminal: Terminal) -> None:
    works = json.loads(terminal("prisma", "explain", "new_reports", "--json", "--review", folder).out)["ids"]
    said = terminal("study", "link", *works, "--name", "Emilia", "--reviewer", "Anna", "--review", folder)
    assert said.code == 0 and "Emilia: 2 reports" in said.out
    boxes = json.loads(terminal("prisma", "--json", "--review", folder).out)["boxes"]
    assert (boxes["new_studies"], boxes["new_reports"]) == (1, 2)
    (listed,) = json.loads(terminal("study", "list", "--json", "--review", folder).out)
    assert listed["reports"] == works
    study = json.loads(terminal("prisma", "explain", "new_studies", "--json", "--review", folder).out)["entries"]
    assert study[0]["id"] == listed["study_id"] and study[0]["reason"] == f"reports: {', '.join(works)}"
    assert terminal("study", "unlink", works[0], "--review", folder).code == 0
    assert json.loads(terminal("prisma", "--json", "--review", folder).out)["boxes"]["new_studies"] == 2
    assert "a link needs two reports" in terminal.sentence("study", "link", works[0], "--review", folder)
