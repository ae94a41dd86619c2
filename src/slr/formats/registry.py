"""The formats that can be imported; a format is added by a file beside this one and its line here."""

from __future__ import annotations

import re

from slr.errors import ImportFileError
from slr.formats.base import Format
from slr.formats.ris import RIS

FORMATS: tuple[Format, ...] = (RIS,)


def recognize(text: str, name: str) -> Format:
    """The format of a text, by its content. Raises ImportFileError, naming the formats that are read."""
    for candidate in FORMATS:
        if candidate.looks_like(text):
            return candidate
    if re.match(r"\s*<(!doctype html|html|head)\b", text, re.IGNORECASE):
        raise ImportFileError(
            f"{name} is a web page, not an export (an ended session?): sign in to the database and export again"
        )
    known = ", ".join(f.name for f in FORMATS)
    raise ImportFileError(f"{name} is in no format that slr reads ({known}): export the records in one of these")
