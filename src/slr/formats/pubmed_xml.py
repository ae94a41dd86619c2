"""PubMed's XML (PubmedArticleSet), from the website or the E-utilities.

Source of the element meanings: MEDLINE/PubMed XML Element Descriptions (NLM) and the PubMed DTD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from slr.formats import xmlparts
from slr.formats.base import Format, Parsed
from slr.formats.fields import Raw, closed, whole_range
from slr.formats.xmlparts import all_said, said

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_START = re.compile(r"<(?:PubmedArticle|PubmedBookArticle|MedlineCitation)[\s>]")


def _looks_like(text: str) -> bool:
    return _START.search(text) is not None


def read(text: str, source: str) -> Parsed:
    """The records of a PubMed XML file."""
    names = (
        ("PubmedArticle", "PubmedBookArticle")
        if re.search(r"<Pubmed(?:Book)?Article[\s>]", text)
        else ("MedlineCitation",)
    )
    return xmlparts.read(text, source, names, _raw)


def _raw(part: Element) -> Raw:
    cited = part if part.tag == "MedlineCitation" else part.find("MedlineCitation")
    if cited is None:
        cited = part.find("BookDocument")
    if cited is None:
        return Raw()
    article = cited.find("Article")
    article = cited if article is None else article
    issue = article.find("Journal/JournalIssue")
    return Raw(
        title=_title(article),
        authors=list(_authors(article)),
        dates=_dates(article, part),
        venue=said(article, "Journal/Title", "Journal/ISOAbbreviation", "Book/BookTitle")
        or said(cited, "MedlineJournalInfo/MedlineTA"),
        volume=said(issue, "Volume"),
        issue=said(issue, "Issue"),
        pages=whole_range(said(article, "Pagination/MedlinePgn", "Pagination/StartPage")) or _location(article),
        last_page=said(article, "Pagination/EndPage"),
        dois=_dois(article, part),
        types=[*all_said(article, "PublicationTypeList/PublicationType"), *all_said(article, "PublicationType")],
        languages=all_said(article, "Language"),
        abstract=_abstract(article),
        keywords=[
            *all_said(cited, "KeywordList/Keyword"),
            *all_said(cited, "MeshHeadingList/MeshHeading/DescriptorName"),
        ],
        serials=[*all_said(article, "Journal/ISSN"), *all_said(article, "Book/Isbn")],
        ids={"pmid": said(cited, "PMID"), "pmcid": said(part, "PubmedData/ArticleIdList/ArticleId[@IdType='pmc']")},
        retracted=True
        if cited.find("CommentsCorrectionsList/CommentsCorrections[@RefType='RetractionIn']") is not None
        else None,
    )


def _title(article: Element) -> str | None:
    title = said(article, "ArticleTitle", "VernacularTitle", "Book/BookTitle")
    return closed(said(article, "VernacularTitle") if title in ("[Not Available].", "[Not Available]") else title)


def _authors(article: Element) -> Iterator[str]:
    """The authors; of a book without authors its editors. ``Family, Given, Suffix``, bodies as they are."""
    for one in article.iterfind("AuthorList/Author"):
        names = (said(one, "LastName"), said(one, "ForeName", "Initials"), said(one, "Suffix"))
        yield ", ".join(name for name in names if name) or said(one, "CollectiveName") or ""


def _dates(article: Element, part: Element) -> list[str]:
    places = ((article, "Journal/JournalIssue/PubDate/Year"), (article, "Journal/JournalIssue/PubDate/MedlineDate"),
              (article, "ArticleDate/Year"), (article, "Book/PubDate/Year"), (article, "ContributionDate/Year"),
              (part, "PubmedData/History/PubMedPubDate[@PubStatus='pubmed']/Year"))  # fmt: skip
    return [date for element, path in places if (date := said(element, path))]


def _dois(article: Element, part: Element) -> list[str]:
    """Of the article itself: its reference list holds the identifiers of others."""
    paths = (
        "PubmedData/ArticleIdList/ArticleId[@IdType='doi']",
        "PubmedBookData/ArticleIdList/ArticleId[@IdType='doi']",
    )
    return [*all_said(article, "ELocationID[@EIdType='doi']"), *(doi for path in paths for doi in all_said(part, path))]


def _location(article: Element) -> str | None:
    """The number of an article without pages, where it is no publisher's identifier of many parts."""
    numbers = all_said(article, "ELocationID[@EIdType='pii']")
    return next((number for number in numbers if re.fullmatch(r"[A-Za-z]{0,5}\d{0,9}[A-Za-z]?", number)), None)


def _abstract(article: Element) -> str | None:
    parts = (
        (f"{one.get('Label')}: " if one.get("Label") else "") + "".join(one.itertext()).strip()
        for one in article.iterfind("Abstract/AbstractText")
    )
    return " ".join(parts) or None


PUBMED_XML = Format(
    "PubMed XML",
    _looks_like,
    read,
    known_by="an element `PubmedArticle`, `PubmedBookArticle` or `MedlineCitation`",
    meanings="MEDLINE/PubMed XML Element Descriptions and the PubMed DTD (NLM)",
)
