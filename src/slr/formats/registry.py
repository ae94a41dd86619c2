"""The formats that can be imported; a format is added by a file beside this one and its line here."""

from __future__ import annotations

import re
from dataclasses import replace

from slr.errors import ImportFileError
from slr.formats import xls, xlsx
from slr.formats.base import SHOWN, Format, NotUnderstood, Parsed
from slr.formats.bibtex import BIBTEX
from slr.formats.columns import LAYOUTS
from slr.formats.csl import CSL
from slr.formats.delimited import DELIMITED
from slr.formats.ebsco_xml import EBSCO_XML
from slr.formats.encoding import decode, unlikely
from slr.formats.endnote_xml import ENDNOTE_XML
from slr.formats.enw import ENW
from slr.formats.json_table import JSON_TABLE
from slr.formats.nbib import NBIB
from slr.formats.ovid import OVID
from slr.formats.pubmed_xml import PUBMED_XML
from slr.formats.refworks import REFWORKS
from slr.formats.ris import RIS
from slr.formats.wos import WOS

FORMATS: tuple[Format, ...] = (
    PUBMED_XML, ENDNOTE_XML, EBSCO_XML, JSON_TABLE, CSL, RIS, OVID, NBIB, WOS, REFWORKS, BIBTEX, ENW, DELIMITED,
)  # fmt: skip
"""In the order in which they are tried: what cannot be anything else first, tables last."""


def parse(data: bytes, name: str, source: str) -> Parsed:
    """All that a file's bytes hold, in whatever format and encoding; ``name`` is the file's, ``source`` the database's.

    Raises ImportFileError, in one sentence that says what to do, if the file is empty, damaged beyond reading, or in no
    known format, or has no record.
    """
    if xlsx.is_workbook(data):
        parsed = replace(xlsx.read(data, name, source), format=xlsx.NAME, encoding="xlsx")
    elif xls.is_workbook(data):
        parsed = replace(xls.read(data, name, source), format=xls.NAME, encoding="xls")
    else:
        text, encoding = decode(data, name)
        format_ = recognize(text, name)
        try:
            parsed = replace(format_.read(text, source), format=format_.name, encoding=encoding)
        except ImportFileError as error:
            raise ImportFileError(f"{name}: {error}") from None
        parsed = _with_damaged_characters(parsed, text)
        if "cp1252" in encoding and (odd := unlikely(text)):
            parsed = replace(parsed, notes=(*parsed.notes, GUESSED.format(odd)))
    if not parsed.entries:
        why = f" (line {parsed.rejected[0].line:,}: {parsed.rejected[0].why})" if parsed.rejected else ""
        raise ImportFileError(
            f"{name} holds no record that can be read as {parsed.format}{why}: export the records again"
        )
    return parsed


GUESSED = (
    "its encoding is not stated and was taken for Windows-1252, which gives '{}': if that is wrong, save the file as "
    "UTF-8 and import that"
)
"""What is noted where the text that a guess gives is unlikely."""


def recognize(text: str, name: str) -> Format:
    """The format of a text, by its content. Raises ImportFileError, naming the formats that are read."""
    for candidate in FORMATS:
        if candidate.looks_like(text):
            return candidate
    if re.match(r"\s*<(!doctype html|html|head)\b", text, re.IGNORECASE):
        raise ImportFileError(
            f"{name} is a web page, not an export (an ended session?): sign in to the database and export again"
        )
    known = ", ".join((*(f.name for f in FORMATS), xlsx.NAME))
    raise ImportFileError(
        f"{name} is in no format that slr reads ({known}): export the records in one of these; a table needs a first "
        "row that names its columns (title, authors, year …)"
    )


def _with_damaged_characters(parsed: Parsed, text: str) -> Parsed:
    """With the lines that hold U+FFFD, where bytes were no text in the file's encoding."""
    if "\ufffd" not in text:
        return parsed
    lines = [number for number, line in enumerate(text.split("\n"), start=1) if "\ufffd" in line]
    damaged = NotUnderstood("characters that are damaged (�)", tuple(lines[:SHOWN]), len(lines))
    return replace(parsed, not_understood=(*parsed.not_understood, damaged))


PRODUCTS = {
    "RIS": "EBSCOhost, ScienceDirect, Emerald, Scopus, Web of Science, ProQuest, Ovid, Embase, Cochrane, IEEE, Zotero, "
    "Mendeley, EndNote, Citavi, RefWorks, JabRef, Paperpile, Rayyan, Covidence, ASReview, CADIMA, EPPI-Reviewer",
    "BibTeX": "Scopus, Web of Science, ACM, Google Scholar, ScienceDirect, Zotero, Mendeley, JabRef, Citavi, Paperpile",
    "CSL-JSON": "Zotero, Mendeley, Crossref, pandoc",
    "JSON table": "Publish or Perish, EPPI-Reviewer, OpenAlex, Semantic Scholar, Lens",
    "PubMed nbib": "PubMed, ERIC",
    "PubMed XML": "PubMed, the E-utilities",
    "EndNote XML": "EndNote, Zotero, Mendeley, Covidence",
    "EBSCO XML": "EBSCOhost",
    "EndNote tagged (enw)": "EndNote, Google Scholar, JSTOR, Wiley",
    "Ovid tagged": "MEDLINE, Embase, PsycINFO, EconLit and others on Ovid",
    "Web of Science tagged": "Web of Science (plain text, .ciw)",
    "RefWorks tagged": "RefWorks, ProQuest, EBSCOhost",
    "CSV or TSV": "the databases of the table below, and any table with column names that are known",
    "Excel workbook": "Embase, Web of Science, Dimensions, ProQuest, Citavi, CADIMA",
    "Excel workbook (before 2007)": "Web of Science, Ovid, ProQuest",
}
"""format → products that write it, for the documentation."""


def documented() -> list[tuple[str, str, str, str]]:
    """(name, what it is recognized by, who writes it, source of the meanings) of every format."""
    texts = [(one.name, one.known_by, one.meanings) for one in FORMATS]
    books = [(one.NAME, one.KNOWN_BY, one.MEANINGS) for one in (xlsx, xls)]
    return [(name, known, PRODUCTS[name], meanings) for name, known, meanings in (*texts, *books)]


def layouts() -> list[tuple[str, str]]:
    """(database, the columns its table is recognized by) of every table layout, for the documentation."""
    return [(one.name, ", ".join(f"*{column}*" for column in sorted(one.known_by))) for one in LAYOUTS]
