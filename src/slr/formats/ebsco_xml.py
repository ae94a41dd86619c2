"""EBSCOhost's XML ("XML format" of its export window).

Source of the element meanings: EBSCO Connect, "EBSCOhost Export Manager: XML format", and real exports.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slr.formats import xmlparts
from slr.formats.base import Format, Parsed
from slr.formats.fields import Raw
from slr.formats.xmlparts import all_said, said

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_START = re.compile(r"<rec[\s>]")
_OWN = re.compile(r"<(?:controlInfo|artinfo|jinfo)[\s>/]")


def _looks_like(text: str) -> bool:
    return _START.search(text) is not None and _OWN.search(text) is not None


def read(text: str, source: str) -> Parsed:
    """The records of an EBSCO XML file."""
    return xmlparts.read(text, source, ("rec",), _raw)


def _raw(one: Element) -> Raw:
    head, info = one.find("header"), one.find(".//controlInfo")
    info = one if info is None else info
    date, first = info.find("pubinfo/dt"), said(info, "artinfo/ppf")
    return Raw(
        title=said(info, "artinfo/tig/atl", "bkinfo/btl", "artinfo/tig/stl"),
        authors=all_said(info, "artinfo/aug/au") or all_said(info, "bkinfo/aug/au"),
        dates=[date.get("year", "") if date is not None else "", *all_said(info, "pubinfo/dt")],
        venue=said(info, "jinfo/jtl", "bkinfo/btl", "pubinfo/pub"),
        volume=said(info, "pubinfo/vid"),
        issue=said(info, "pubinfo/iid"),
        pages=first,
        last_page=_last(first, said(info, "artinfo/ppct")),
        dois=all_said(info, "artinfo/ui[@type='doi']"),
        types=[*all_said(info, "artinfo/doctype"), *all_said(info, "artinfo/pubtype")],
        languages=all_said(info, "language"),
        abstract=said(info, "artinfo/ab"),
        keywords=[
            *all_said(info, "artinfo/sug/subj"),
            *all_said(info, "artinfo/su"),
            *all_said(info, "artinfo/keyword"),
        ],
        url=said(one, ".//displayInfo/pLink/url"),
        serials=[*all_said(info, "jinfo/issn"), *all_said(info, "bkinfo/isbn")],
        ids={"accession": head.get("uiTerm") if head is not None else None},
    )


def _last(first: str | None, count: str | None) -> str | None:
    """The last page from the first and how many there are, if both are whole numbers."""
    if not (first and count and first.isdigit() and count.isdigit() and int(count) > 1):
        return None
    return str(int(first) + int(count) - 1)


EBSCO_XML = Format(
    "EBSCO XML",
    _looks_like,
    read,
    known_by="an element `rec` that holds `controlInfo`, `jinfo` or `artinfo`",
    meanings="EBSCO Connect, EBSCOhost export formats",
)
