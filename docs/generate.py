"""Writes the generated pages of docs/ from the code; ``--check`` says which are stale and ends with 1."""

from __future__ import annotations

import argparse
import inspect
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from slr.cli.commands import COMMANDS, GROUPS
from slr.cli.main import build
from slr.dedup.rules import RULES
from slr.errors import SlrError
from slr.formats.columns import COLUMNS
from slr.formats.losses import HELD, LOSSES
from slr.formats.registry import documented, layouts
from slr.http.manners import MANNERS, Manners
from slr.prisma.boxes import BOXES
from slr.sources.base import SourceInfo
from slr.sources.registry import infos
from slr.store.connection import migrations

HERE = Path(__file__).resolve().parent
README = HERE.parent / "README.md"
HEAD = "<!-- generated from the code by docs/generate.py: do not edit -->\n\n"


def cli() -> str:
    """The commands, their options and what they do."""
    root: Any = typer.main.get_command(build(COMMANDS))
    lines = ["# Commands\n"]
    for title, commands in GROUPS:
        lines.append(f"## {title}\n")
        for command in commands:
            lines += _command(root.commands[command.name], f"slr {command.name}")
    return "\n".join(lines)


def _command(command: Any, path: str) -> list[str]:
    if not inspect.cleandoc(command.help or ""):
        raise SystemExit(f"the command '{path}' has no documentation")
    usage = command.collect_usage_pieces(command.make_context(path, [], resilient_parsing=True))
    lines = [f"### `{path}`\n", inspect.cleandoc(command.help) + "\n", f"```text\n{path} {' '.join(usage)}\n```\n"]
    rows = [row for row in map(_parameter, command.params) if row]
    if rows:
        lines += ["| option | meaning |", "|---|---|", *rows, ""]
    for name, sub in sorted(getattr(command, "commands", {}).items()):
        lines += _command(sub, f"{path} {name}")
    return lines


COMMON = {"review_dir", "as_json", "quiet", "verbose", "help"}


def _parameter(parameter: Any) -> str | None:
    if parameter.name in COMMON or not getattr(parameter, "help", None):
        return None
    names = ", ".join(f"`{o}`" for o in [*parameter.opts, *parameter.secondary_opts])
    shown = names if parameter.opts[0].startswith("-") else f"`{parameter.metavar or parameter.name.upper()}`"
    return f"| {shown} | {parameter.help} |"


def schema() -> str:
    """The store's migrations."""
    lines = ["# The store\n", "`outputs/review.sqlite` as its numbered migrations make it (SQLite, WAL).\n"]
    for number, script in enumerate(migrations(), start=1):
        lines.append(f"## Version {number}\n\n```sql\n{script.strip()}\n```\n")
    return "\n".join(lines)


def boxes() -> str:
    """The PRISMA boxes and their rules."""
    lines = [
        "# PRISMA boxes\n",
        "Each number of the diagram is the length of the list that `slr prisma explain BOX` prints.\n",
        "| box | counts | rule |",
        "|---|---|---|",
        *(f"| `{box.key}` | {box.unit} | {box.rule} |" for box in BOXES),
    ]
    return "\n".join(lines) + "\n"


def rules() -> str:
    """The duplicate rules with their examples."""
    lines = [
        "# Duplicate rules\n",
        "The first rule that applies to a pair decides; a group never holds a *distinct* pair, and an *unsure* pair is "
        "left to a person (`slr dedupe review`).\n",
    ]
    for n, rule in enumerate(RULES, start=1):
        lines.append(f"{n}. **{rule.name}** ({rule.verdict}): {rule.sentence}.\n")
        for word, pair in (("decides", rule.decides), ("near miss", rule.near_miss)):
            lines.append(f"   - {word}: {_told(pair[0])} / {_told(pair[1])}")
        lines.append("")
    return "\n".join(lines)


def _told(record: Any) -> str:
    place = [record.venue, record.volume and f"vol. {record.volume}", record.issue and f"no. {record.issue}"]
    place.append(record.pages and f"pp. {record.pages}")
    known = [record.doi, record.type, *map(":".join, record.ids.items())]
    facts = [record.title or "(no title)", *record.authors, record.year, *place, *known]
    return "“" + "; ".join(str(f) for f in facts if f) + "”"


def sources() -> str:
    """What each source can do, its limits and how politely it is asked."""
    lines = [
        "# Sources\n",
        "| source | Boolean search | ranked search | references | citations | look-up by | records a request "
        "| USD a request | USD a day without / with key | key or address in |",
        "|---|---|---|---|---|---|---:|---:|---|---|",
        *map(_source, infos()),
        "",
        "## Politeness\n",
        "| service | requests | a second without / with key | credits | terms |",
        "|---|---|---|---:|---|",
        *(row for name, manners in MANNERS.items() for row in _politeness(name, manners)),
        "",
        "## What to know of each\n",
    ]
    for info in infos():
        known = inspect.getdoc(import_module(f"slr.sources.{info.name}")) or ""
        lines.append(f"### {info.title}\n\n{known}\n\nTerms: {info.terms}\n")
    return "\n".join(lines)


def _source(info: SourceInfo) -> str:
    able = ["yes" if f else "no" for f in (info.boolean_search, info.ranked_search, info.references, info.citations)]
    found_by = ", ".join(info.identifiers) or ("title, DOI or id of known studies" if info.lookup else "–")
    daily = " / ".join("–" if d is None else f"{d:g}" for d in info.daily_usd)
    key = f"`{info.key_variable}`" if info.key_variable else "–"
    return (
        f"| [{info.title}]({info.home}) | {' | '.join(able)} | {found_by} | {info.page_size:,} | {info.page_usd:g} "
        f"| {daily} | {key} |"
    )


def _politeness(name: str, manners: Manners) -> Iterator[str]:
    """A row for each group of request classes that are alike."""
    alike: dict[tuple[float, float, int], list[str]] = {}
    for weight, one in manners.classes.items():
        alike.setdefault((one.rate, one.rate_with_key, one.credits), []).append(weight)
    for (rate, with_key, credits), weights in alike.items():
        which = "all" if len(alike) == 1 else ", ".join(weights)
        yield f"| {name} | {which} | {_often(rate)} / {_often(with_key)} | {credits} | {manners.terms or '–'} |"


def _often(rate: float) -> str:
    return f"{rate:g}" if rate >= 1 else f"1 in {1 / rate:.0f} s"


def formats() -> str:
    """The formats that are imported, and what each exported file holds and loses."""
    fields = list(dict.fromkeys(name for held in HELD.values() for name in held))
    lines = [
        "# File formats\n",
        "## Import\n",
        "`slr import` knows a file by its content, whatever its name. Encodings (UTF-8 with or without a byte order "
        "mark, UTF-16, UTF-32, Windows-1252, Latin-1, what an XML or BibTeX file declares) and line ends are found "
        "out; in a file of mixed encodings each line has its own. The receipt names the encoding.\n",
        "| format | known by | written by | meanings from |",
        "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in documented()),
        "\n### Tables\n",
        "Column names are compared without case, blanks and punctuation (`Author(s)`, `author_s`). A table of none of "
        "these databases is read by the names of its columns.\n",
        "| database | known by its columns |",
        "|---|---|",
        *(f"| {name} | {columns} |" for name, columns in layouts()),
        "\n| field | columns that say it, best first |",
        "|---|---|",
        *(f"| {name} | {', '.join(columns)} |" for name, columns in COLUMNS.items()),
        "\n## Export\n",
        "A file that `slr export` wrote and `slr import` reads again gives these fields as they were:\n",
        f"| field | {' | '.join(HELD)} |",
        f"|---|{'---|' * len(HELD)}",
        *(f"| {name} | {' | '.join('yes' if name in held else '–' for held in HELD.values())} |" for name in fields),
        "\nWhat is lost:\n",
        *(f"- {files}: {lost}" for files, lost in LOSSES),
    ]
    return "\n".join(lines) + "\n"


def errors() -> str:
    """The error tree with exit codes."""
    lines = ["# Errors and exit codes\n", "| error | exit code | meaning |", "|---|---:|---|"]
    todo: list[type[SlrError]] = [SlrError]
    while todo:
        error = todo.pop(0)
        lines.append(
            f"| {error.__name__} | {error.exit_code} | {inspect.cleandoc(error.__doc__ or '').splitlines()[0]} |"
        )
        todo += error.__subclasses__()
    return "\n".join(lines) + "\n"


def demo() -> dict[Path, str]:
    """The README with the example's transcript in it, and the example's pictures, from a run in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "slr.cli.main", "demo", "slr-demo"]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        outputs = Path(folder, "slr-demo", "outputs")
        pictures = {HERE / "demo" / name: (outputs / name).read_text("utf-8") for name in ("prisma.svg", "matrix.svg")}
    begin, end = "<!-- demo: written by docs/generate.py -->", "<!-- end of demo -->"
    before, _, rest = README.read_text("utf-8").partition(begin)
    text = f"{before}{begin}\n```text\n$ slr demo\n{ran.stdout.rstrip()}\n```\n{end}{rest.partition(end)[2]}"
    return {README: text, **pictures}


def pages() -> dict[Path, str]:
    """Every generated file and its content."""
    made = {"cli.md": cli, "store.md": schema, "prisma_boxes.md": boxes, "duplicate_rules.md": rules,
            "sources.md": sources,
            "formats.md": formats,
            "errors.md": errors}  # fmt: skip
    return {HERE / name: HEAD + make() for name, make in made.items()} | demo()


def main() -> None:
    """Write the pages, or say which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = {path: text for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text}
    if check and stale:
        sys.exit(f"stale: {', '.join(path.name for path in stale)}; run python docs/generate.py")
    for path, text in stale.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
