"""Seals: what every log was at a time, and one digest over all of it to print in a protocol or have dated elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from slr.errors import UserError
from slr.review import Review
from slr.screening.chain import Earlier
from slr.store import decisions as log

PRINTED = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Seal:
    """``logs`` are the hashes of every line of every log; ``digest`` is over their lengths and last hashes."""

    sealed_at: str
    digest: str
    logs: Mapping[str, tuple[str, ...]]
    hmac: str | None = None

    def printed(self) -> str:
        """The line that goes into a protocol: enough to check the digest against the logs at any later time."""
        counts = ", ".join(f"{name} {len(hashes)}" for name, hashes in sorted(self.logs.items()))
        return f"slr seal {self.sealed_at} [{counts}] sha256:{self.digest}"

    def earlier(self, reviewer: str, name: str) -> Earlier:
        """What the seal says of a reviewer's log (nothing of one that was not there yet)."""
        return Earlier(name, self.logs.get(reviewer, ()))


def digest_of(logs: Mapping[str, Sequence[str]]) -> str:
    """SHA-256 (hex) over one line for each log that is not empty, by name: ``name TAB lines TAB last hash LF``."""
    told = (f"{name}\t{len(hashes)}\t{hashes[-1]}\n" for name, hashes in sorted(logs.items()) if hashes)
    return hashlib.sha256("".join(told).encode()).hexdigest()


def make(review: Review, key: bytes | None = None) -> tuple[Seal, Path]:
    """Seal every log as it is now, and write the seal to ``outputs/seals/``; with a ``key`` it is signed (HMAC-SHA256).

    Raises UserError if there is nothing to seal.
    """
    db = review.store.db
    logs = {name: tuple(event.hash for event in log.log(db, name)) for name in log.reviewers(db)}
    if not logs:
        raise UserError("there is no decision to seal yet: 'slr screen next' begins")
    digest = digest_of(logs)
    seal = Seal(review.now(), digest, logs, _signed(digest, key) if key else None)
    path = review.outputs / "seals" / f"{seal.sealed_at.replace(':', '').replace('-', '')}-{digest[:12]}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"seal": 1, "sealed_at": seal.sealed_at, "digest": digest, "hmac": seal.hmac, "logs": logs}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return seal, path


def _signed(digest: str, key: bytes) -> str:
    return hmac.new(key, digest.encode(), hashlib.sha256).hexdigest()


def load(path: Path, key: bytes | None = None) -> Seal:
    """A seal from its file. Raises UserError if it is none, was changed, or is not signed with this key."""
    try:
        found = json.loads(path.read_text("utf-8"))
        logs = {str(name): tuple(map(str, hashes)) for name, hashes in found["logs"].items()}
        seal = Seal(str(found["sealed_at"]), str(found["digest"]), logs, found.get("hmac"))
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        raise UserError(f"{path.name} is not a seal: give a file of outputs/seals/, or a log") from None
    if digest_of(seal.logs) != seal.digest:
        raise UserError(f"the seal {path.name} was changed: its digest does not fit; compare it with the printed one")
    if key is not None and not hmac.compare_digest(_signed(seal.digest, key), seal.hmac or ""):
        raise UserError(f"the seal {path.name} is not signed with this key: give the key that it was made with")
    return seal


def from_print(text: str, logs: Mapping[str, Sequence[str]]) -> str | None:
    """Whether logs begin as a printed line says: None if they do, else what differs, in a sentence.

    Raises UserError if the text is no such line.
    """
    digest, counts = PRINTED.search(text), re.search(r"\[(.*)\]", text)
    told = re.findall(r"(.+?) (\d+)(?:, |$)", counts[1]) if counts else []
    if not digest or not told:
        raise UserError("that is not the line 'slr audit seal' prints: slr seal TIME [A 25, B 24] sha256:…")
    for name, n in told:
        if len(logs.get(name, ())) < int(n):
            return f"the log of {name} had {int(n):,} lines when it was sealed and has {len(logs.get(name, ())):,} now"
    begun = {name: logs[name][: int(n)] for name, n in told}
    if digest_of(begun) == digest[1]:
        return None
    return "the logs do not begin as they did when they were sealed; with the seal's file the line can be named"
