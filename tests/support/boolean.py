"""A small reader of Lucene-like queries, for the servers of tests: quotes, fields, AND, OR, parentheses, ranges."""

from __future__ import annotations

import re
from collections.abc import Callable

Term = Callable[[str, str], bool]
"""(field, '' for none; the text in quotes, or ``[1990 TO 2011]``) -> whether a work has it."""

_TOKEN = re.compile(r'\s*(\(|\)|AND\b|OR\b|(?:(\w+):)?(?:"([^"]*)"|(\[[^\]]*\])|([^\s()"]+)))')


def found(query: str, term: Term) -> bool:
    """Whether a work of which ``term`` tells is found by ``query``; raises ValueError for broken syntax."""
    tokens = [(m[1], m[2] or "", m[3] or m[4] or m[5] or "") for m in _TOKEN.finditer(query)]
    value, rest = _either(tokens, term)
    if rest:
        raise ValueError(f"cannot read {rest[0][0]!r}")
    return value


def _either(tokens: list[tuple[str, str, str]], term: Term) -> tuple[bool, list[tuple[str, str, str]]]:
    value, rest = _both(tokens, term)
    while rest and rest[0][0] == "OR":
        other, rest = _both(rest[1:], term)
        value = value or other
    return value, rest


def _both(tokens: list[tuple[str, str, str]], term: Term) -> tuple[bool, list[tuple[str, str, str]]]:
    value, rest = _one(tokens, term)
    while rest and rest[0][0] == "AND":
        other, rest = _one(rest[1:], term)
        value = value and other
    return value, rest


def _one(tokens: list[tuple[str, str, str]], term: Term) -> tuple[bool, list[tuple[str, str, str]]]:
    if not tokens:
        raise ValueError("the query ends early")
    whole, field, text = tokens[0]
    if whole != "(":
        return term(field, text), tokens[1:]
    value, rest = _either(tokens[1:], term)
    if not rest or rest[0][0] != ")":
        raise ValueError("a parenthesis is open")
    return value, rest[1:]


def in_range(text: str, value: int) -> bool:
    """Whether ``[1990 TO 2011]`` or ``[199001010000 TO *]`` holds a year; the first four digits of its ends count."""
    first, _, last = text.strip("[]").partition(" TO ")
    return (first == "*" or value >= int(first[:4])) and (last == "*" or value <= int(last[:4]))
