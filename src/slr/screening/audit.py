"""The audit of a review's decisions: store, files, seals and earlier exports, compared line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from slr.errors import NotFound
from slr.review import Review
from slr.screening import chain, seals
from slr.screening.chain import Earlier, Finding, Line
from slr.screening.lines import as_line
from slr.screening.logs import files, lines
from slr.screening.packets import log_of_packet
from slr.store import decisions as log
from slr.store import guards
from slr.verdicts import standing


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of an audit: in which log of whom (``store`` or a file), at which line (0: none in particular)."""

    where: str
    reviewer: str
    kind: str
    line: int
    words: str

    def sentence(self) -> str:
        """The finding as it is said."""
        at = f", line {self.line:,}" if self.line else ""
        return f"{self.where}{at}: {self.kind}: {self.words}"


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit looked at and found; ``notes`` are sentences about what is no finding but not finished."""

    logs: int
    events: int
    compared_with: tuple[str, ...]
    found: tuple[Found, ...]
    notes: tuple[str, ...]


def verify(review: Review, earlier: Sequence[str] = (), key: bytes | None = None) -> Audit:
    """Check every log, in the store and as a file, alone and against each other, every seal and ``earlier`` states.

    ``earlier`` are files (seals, logs, packets), folders of logs, or lines that ``slr audit seal`` printed.
    Raises NotFound for a file that is not there, UserError for one that is neither, ReviewError as the store does.
    """
    db = review.store.db
    raw = {name: _stored_lines(review, name) for name in log.reviewers(db)}
    stored = {name: chain.read(told, name) for name, told in raw.items()}
    written = {path.stem: _written(lines(path), path.stem, raw, stored) for path in files(review)}
    compared = [*_own_seals(review, key), *(_state(text, key) for text in earlier)]
    found, notes = [], []
    for name in sorted(stored.keys() | written.keys() | {n for _, logs in compared for n in logs}):
        states = [Earlier(what, told.hashes, told.told) for what, logs in compared if (told := logs.get(name))]
        in_store, in_file = stored.get(name, []), written.get(name, [])
        found += [_named("the store", name, f) for f in chain.verify(in_store, states)]
        found += [_named(f"outputs/decisions/{name}.jsonl", name, f) for f in _file_findings(in_store, in_file, states)]
        if len(in_file) > len(in_store):
            n = len(in_file) - len(in_store)
            notes.append(
                f"outputs/decisions/{name}.jsonl has {n:,} lines that the store has not: if they are a colleague's, "
                "'slr screen log' takes them in"
            )
    found += list(_printed(earlier, stored))
    found += [Found("the store", "", "unguarded", 0, words) for words in guards.missing(db)]
    found += list(_followed(review))
    events = sum(map(len, stored.values()))
    return Audit(len(stored), events, tuple(what for what, _ in compared), tuple(dict.fromkeys(found)), tuple(notes))


def _named(where: str, reviewer: str, finding: Finding) -> Found:
    return Found(where, reviewer, finding.kind, finding.line, finding.words)


def _written(
    there: list[bytes], name: str, raw: Mapping[str, list[bytes]], stored: Mapping[str, list[Line]]
) -> list[Line]:
    """The lines of a file; one that is the store's byte for byte need not be read twice."""
    return stored[name] if raw.get(name) == there else chain.read(there, name)


def _stored_lines(review: Review, name: str) -> list[bytes]:
    return [as_line(event).encode() for event in log.log(review.store.db, name)]


def _file_findings(in_store: Sequence[Line], in_file: Sequence[Line], states: Sequence[Earlier]) -> list[Finding]:
    """What was done to a file: told by the store, if that is whole, and by the earlier states."""
    trusted = [] if chain.alone(in_store) else [chain.as_earlier("the store", in_store)] if in_store else []
    return chain.verify(in_file, [*trusted, *states])


def _own_seals(review: Review, key: bytes | None) -> Iterator[tuple[str, dict[str, Earlier]]]:
    for path in sorted((review.outputs / "seals").glob("*.json")):
        yield _sealed(path, seals.load(path, key))


def _sealed(path: Path, seal: seals.Seal) -> tuple[str, dict[str, Earlier]]:
    name = f"the seal of {seal.sealed_at[:10]} ({path.name})"
    return name, {reviewer: seal.earlier(reviewer, name) for reviewer in seal.logs}


def _state(text: str, key: bytes | None) -> tuple[str, dict[str, Earlier]]:
    """An earlier state of the logs: of a seal, a log, a packet or a folder of logs. A printed line lists no hashes."""
    if seals.PRINTED.search(text):
        return "the printed seal", {}
    path = Path(text)
    if not path.exists():
        raise NotFound(f"there is no file or folder {text} to compare with")
    if path.suffix == ".json":
        return _sealed(path, seals.load(path, key))
    found = {}
    for one in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
        reviewer, told = log_of_packet(one)
        found[reviewer] = chain.as_earlier(str(one), chain.read(told))
    return text, found


def _printed(earlier: Sequence[str], stored: dict[str, list[Line]]) -> Iterator[Found]:
    logs = {name: [line.claimed or "" for line in told] for name, told in stored.items()}
    for text in earlier:
        if seals.PRINTED.search(text) and (words := seals.from_print(text, logs)):
            yield Found("the store", "", "rewritten", 0, words)


def _followed(review: Review) -> Iterator[Found]:
    """What the table of standing votes, which follows the log, says otherwise than the log does."""
    db = review.store.db
    told = log.heads(db)
    events = {name: list(log.log(db, name)) for name in log.reviewers(db)}
    true = {(e.work_id, e.stage, e.reviewer, e.kind, e.hash) for own in events.values() for e in standing(own)}
    for work, stage, reviewer, kind, _hash in sorted(told ^ true, key=str):
        words = f"the {kind} of {reviewer} on {work} at {stage} that counts is not the last one in the log"
        yield Found("the store", str(reviewer), "changed", 0, words)
