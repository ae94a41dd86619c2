"""A small reader of the search strings that people paste: what each finds. It shares no code with slr."""

from __future__ import annotations

import re

Found = frozenset[frozenset[str]]
"""The ways to be found: in each, all of the phrases are there."""

_TOKEN = re.compile(
    r'\s*(?:(?P<phrase>"[^"]*")|(?P<open>(?:TITLE-ABS-KEY|NOFT|TS=|TI |AB |SU |KW )?\()|(?P<close>\))'
    r"|(?P<word>[^\s()\"]+))"
)


def found(text: str) -> Found:
    """What a string finds; AND binds before OR, words and brackets side by side are joined by AND."""
    tokens = _tokens(text)
    value, rest = _either(tokens)
    if rest:
        raise ValueError(f"cannot read on at {rest[0]!r}")
    return value


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"cannot read {text[at : at + 20]!r}")
        tokens.append("(" if match["open"] else match[0].strip())
        at = match.end()
    return tokens


def _either(tokens: list[str]) -> tuple[Found, list[str]]:
    value, rest = _both(tokens)
    while rest and rest[0] == "OR":
        more, rest = _both(rest[1:])
        value |= more
    return value, rest


def _both(tokens: list[str]) -> tuple[Found, list[str]]:
    value, rest = _one(tokens)
    while rest and rest[0] not in ("OR", ")"):
        more, rest = _one(rest[1:] if rest[0] == "AND" else rest)
        value = frozenset(a | b for a in value for b in more)
    return value, rest


def _one(tokens: list[str]) -> tuple[Found, list[str]]:
    if not tokens or tokens[0] in ("AND", "OR", ")"):
        raise ValueError("a phrase is missing")
    if tokens[0] != "(":
        return frozenset([frozenset([tokens[0].strip('"')])]), tokens[1:]
    value, rest = _either(tokens[1:])
    if not rest or rest[0] != ")":
        raise ValueError("a bracket is open")
    return value, rest[1:]
