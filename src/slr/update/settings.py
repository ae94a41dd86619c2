"""What differs between two configurations of a review, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from slr.config import Loaded, load_review
from slr.errors import ConfigError
from slr.matrix.terms import expand

_NAMES = ("name", "id", "key")
"""What an entry of a list is known by, in the order they are looked for."""


@dataclass(frozen=True, slots=True)
class Changes:
    """A sentence for each difference: in the matrix, in the criteria, and in all else that is configured."""

    matrix: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    other: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.matrix or self.criteria or self.other)


def loaded_of(files: Mapping[str, bytes]) -> Loaded | None:
    """The configuration in frozen files; None if this slr cannot read it (a newer or a much older one froze it)."""
    with TemporaryDirectory(prefix="slr-") as made:
        for name, content in files.items():
            path = Path(made) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            return load_review(Path(made))
        except ConfigError:
            return None


def changes(a: Mapping[str, bytes], b: Mapping[str, bytes], variants: tuple[bool, bool]) -> Changes:
    """What differs from the configuration ``a`` to ``b``; ``variants``: whether each was searched with variants.

    Comments, layout and the order of keys are no difference.
    """
    same = variants[0] == variants[1]
    switched = () if same else (f"spelling variants switched {'on' if variants[1] else 'off'}",)
    if a == b:
        return Changes(switched)
    before, after = loaded_of(a), loaded_of(b)
    if before is None or after is None:
        return Changes(switched, other=("the files differ, and this slr cannot read both: compare them by hand",))
    settings = list(walk("", _settings(before), _settings(after)))
    return Changes(
        (*_matrix(before, after), *switched),
        tuple(line for line in settings if line.startswith("criteria")),
        tuple(line for line in settings if not line.startswith("criteria")) + tuple(_known(before, after)),
    )


def _settings(loaded: Loaded) -> dict[str, Any]:
    return loaded.review.model_dump(mode="json", by_alias=True, exclude_none=True)


def _matrix(before: Loaded, after: Loaded) -> Iterator[str]:
    old, new = _phrases(before), _phrases(after)
    for axis in [*old, *(name for name in new if name not in old)]:
        if axis not in new or axis not in old:
            yield f"the axis '{axis}' was {'added' if axis in new else 'taken out'}"
        else:
            yield from _listed(f"{axis}: the phrase", old[axis], new[axis])
    one, other = dict(before.terms.variants), dict(after.terms.variants)
    for spelling in sorted({*one, *other}):
        yield from _listed(f"variants of '{spelling}': the spelling", one.get(spelling, ()), other.get(spelling, ()))


def _phrases(loaded: Loaded) -> dict[str, list[str]]:
    matrix = expand(loaded.terms.axes, {}, False)
    return {axis.name: [phrase.text for phrase in axis.phrases] for axis in matrix.axes}


def _known(before: Loaded, after: Loaded) -> Iterator[str]:
    old, new = ({study.key: asdict(study) for study in loaded.known} for loaded in (before, after))
    yield from walk("known studies", old, new)


def _listed(what: str, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    yield from (f"{what} '{text}' was added" for text in new if text not in old)
    yield from (f"{what} '{text}' was taken out" for text in old if text not in new)


def walk(path: str, old: Any, new: Any) -> Iterator[str]:
    """A sentence for each place at which two JSON values differ; entries of lists go by their name, id or key."""
    if old == new:
        return
    pair = _as_blocks(old, new)
    if pair is None:
        yield f"{path}: {_shown(old)} became {_shown(new)}"
        return
    one, other = pair
    for key in [*one, *(key for key in other if key not in one)]:
        place = f"{path}.{key}" if path else str(key)
        if key not in other:
            yield f"{place} was taken out (it was {_shown(one[key])})"
        elif key not in one:
            yield f"{place} was added: {_shown(other[key])}"
        else:
            yield from walk(place, one[key], other[key])
    if list(one) != list(other) and set(one) == set(other) and isinstance(old, list):
        yield f"{path}: the order became {', '.join(map(str, other))}"


def _as_blocks(old: Any, new: Any) -> tuple[Mapping[Any, Any], Mapping[Any, Any]] | None:
    """Both as mappings, if they can be compared entry by entry."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old, new
    if isinstance(old, list) and isinstance(new, list):
        for name in _NAMES:
            if _named(name, old) and _named(name, new):
                return {one[name]: one for one in old}, {one[name]: one for one in new}
    return None


def _named(name: str, entries: list[Any]) -> bool:
    """Whether every entry has a name of its own under this key."""
    found = [one.get(name) for one in entries if isinstance(one, dict)]
    return len(found) == len(entries) and all(isinstance(n, str) for n in found) and len(set(found)) == len(found)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(one)}" for key, one in value.items() if key not in _NAMES) or "nothing else"
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)
