"""Damage as files suffer it: cut off, bytes flipped, lines in another order, lines lost, two files in one."""

from __future__ import annotations

from random import Random


def damaged(data: bytes, seeded: Random) -> tuple[bytes, str]:
    """A damaged variant of a file and how it was damaged."""
    ways = {
        "cut": cut,
        "cut in front": cut_in_front,
        "flipped": flipped,
        "shuffled": shuffled,
        "lost": lost,
        "doubled": doubled,
    }
    how = seeded.choice(sorted(ways))
    return ways[how](data, seeded), how


def cut(data: bytes, seeded: Random) -> bytes:
    """The file up to some byte."""
    return data[: seeded.randrange(len(data) + 1)]


def cut_in_front(data: bytes, seeded: Random) -> bytes:
    """The file from some byte on."""
    return data[seeded.randrange(len(data) + 1) :]


def flipped(data: bytes, seeded: Random) -> bytes:
    """One to two hundred bytes are any others."""
    found = bytearray(data)
    for _ in range(min(len(found), seeded.choice((1, 5, 30, 200)))):
        found[seeded.randrange(len(found))] = seeded.randrange(256)
    return bytes(found)


def shuffled(data: bytes, seeded: Random) -> bytes:
    """The lines in another order."""
    lines = data.splitlines(keepends=True)
    seeded.shuffle(lines)
    return b"".join(lines)


def lost(data: bytes, seeded: Random) -> bytes:
    """A tenth of the lines is gone."""
    return b"".join(line for line in data.splitlines(keepends=True) if seeded.random() > 0.1)


def doubled(data: bytes, seeded: Random) -> bytes:
    """The beginning of the file, and in the middle of a line the file again."""
    return cut(data, seeded) + data
