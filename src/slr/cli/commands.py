"""Every command: where it lives and what it does in a line. Read before anything heavy is imported."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command's name, the module of ``slr.cli`` that holds it, and its line in the overview."""

    name: str
    module: str
    line: str


GROUPS: tuple[tuple[str, tuple[Command, ...]], ...] = (
    (
        "Begin",
        (
            Command("demo", "demo", "run the packaged example review, without a network"),
            Command("init", "init", "make a new review folder to fill in"),
            Command("doctor", "doctor", "check configuration, keys, sources, disk and store"),
            Command("validate", "validate", "check search_terms.yaml and config/, all problems at once"),
        ),
    ),
    (
        "Search",
        (
            Command("plan", "plan", "what the matrix becomes per source: queries, hits, cost"),
            Command("search", "search", "ask the sources; goes on where it stopped"),
            Command("strings", "strings", "search strings to paste into databases without an open API"),
            Command("import", "imports", "take in the export of a database searched by hand"),
            Command("snowball", "snowball", "citation searching from the included works"),
            Command("known", "known", "how each known study was found, and from how few seeds"),
            Command("run", "run", "search, group, mark, count and report in one go"),
        ),
    ),
    (
        "Decide",
        (
            Command("dedupe", "dedupe", "group records into works; review, explain, split, merge"),
            Command("enrich", "enrich", "fill in missing DOIs, abstracts, references, retractions"),
            Command("screen", "screen", "decide at the prompt and apart; conflicts, agreement"),
            Command("study", "study", "say which reports are of one study"),
        ),
    ),
    (
        "Keep and update",
        (
            Command("freeze", "freeze", "keep the review as it stands, as a version with checksums"),
            Command("versions", "versions", "list the frozen versions, check their files"),
            Command("diff", "diff", "what differs between two versions, or a version and now"),
            Command("update", "update", "search again; what is new, changed, retracted, gone"),
            Command("archive", "archive", "pack the review as an RO-Crate that can be published"),
            Command("verify", "verify", "recompute every number of an archive from its own lists"),
        ),
    ),
    (
        "Report",
        (
            Command("status", "status", "what is done, what is stale, what comes next"),
            Command("prisma", "prisma", "the PRISMA 2020 numbers and diagram; explain a box"),
            Command("audit", "audit", "check, account for and seal the decisions"),
            Command("report", "report", "the search report: queries, overlap, recall, what each term gave"),
            Command("export", "export", "write works or records as RIS, BibTeX, CSL-JSON, CSV, Excel"),
        ),
    ),
)
COMMANDS = {command.name: command for _title, commands in GROUPS for command in commands}


def overview(version: str) -> str:
    """The text of ``slr --help``."""
    lines = [
        "Usage: slr COMMAND [OPTIONS]",
        "",
        f"slr {version}: systematic literature reviews, from the search matrix to a PRISMA 2020 diagram.",
        "",
    ]
    for title, commands in GROUPS:
        lines += [f"{title}:", *(f"  {c.name:<10}{c.line}" for c in commands), ""]
    lines += [
        "On every command:  --review DIR (default: the current folder)  --json  -q  -v  --help",
        "Exit codes:        0 done · 1 you can mend it · 2 usage · 3 a bug of slr · 4 work left, run it again",
        "",
        "'slr' alone shows where the review of the current folder stands. 'slr COMMAND --help' explains a command.",
    ]
    return "\n".join(lines) + "\n"
