"""Made-up records, and each format as the simplest program would write it: what is read back must be the same."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from hypothesis import strategies as st


@dataclass(frozen=True)
class Made:
    """What every format can say of a journal article."""

    title: str
    authors: tuple[str, ...]
    year: int
    journal: str
    volume: str
    issue: str
    first: int
    last: int
    doi: str
    abstract: str
    keywords: tuple[str, ...]

    @property
    def pages(self) -> str:
        return f"{self.first}-{self.last}"


word = st.text("abcdefghijklmnopqrstuvwxyzäéøßšñąБд東学", min_size=2, max_size=9).filter(
    lambda text: text not in ("null", "nan")
)
name = st.tuples(word, word).map(lambda pair: f"{pair[0].capitalize()}, {pair[1].capitalize()}")
sentence = st.lists(word, min_size=2, max_size=8).map(lambda words: " ".join(words).capitalize())
records = st.builds(
    Made,
    title=sentence,
    authors=st.lists(name, min_size=1, max_size=4, unique=True).map(tuple),
    year=st.integers(1900, 2030),
    journal=sentence,
    volume=st.integers(1, 99).map(str),
    issue=st.integers(1, 12).map(str),
    first=st.integers(100, 499),
    last=st.integers(500, 999),
    doi=st.integers(1, 10**6).map(lambda n: f"10.1000/x.{n}"),
    abstract=sentence,
    keywords=st.lists(word, min_size=1, max_size=4, unique=True).map(tuple),
)
files = st.lists(records, min_size=1, max_size=4)


def ris(made: list[Made]) -> str:
    return "\n".join(_ris(one) for one in made)


def _ris(one: Made) -> str:
    lines = ["TY  - JOUR", f"TI  - {one.title}", *(f"AU  - {a}" for a in one.authors), f"PY  - {one.year}",
    f"JF  - {one.journal}",
             f"VL  - {one.volume}", f"IS  - {one.issue}", f"SP  - {one.first}", f"EP  - {one.last}", f"DO  - {one.doi}",
             f"AB  - {one.abstract}", *(f"KW  - {k}" for k in one.keywords), "ER  - ", ""]  # fmt: skip
    return "\n".join(lines)


def wos(made: list[Made]) -> str:
    return "FN Clarivate Analytics Web of Science\nVR 1.0\n" + "\n".join(_wos(one) for one in made) + "\nEF"


def _wos(one: Made) -> str:
    authors, keywords = "\n   ".join(one.authors), "; ".join(one.keywords)
    lines = ["PT J", f"AU {authors}", f"TI {one.title}", f"SO {one.journal}", "DT Article", f"DE {keywords}",
    f"AB {one.abstract}",
             f"PY {one.year}", f"VL {one.volume}", f"IS {one.issue}", f"BP {one.first}", f"EP {one.last}",
             f"DI {one.doi}", "ER", ""]  # fmt: skip
    return "\n".join(lines)


def nbib(made: list[Made]) -> str:
    return "\n".join(_nbib(number, one) for number, one in enumerate(made, 10_000))


def _nbib(number: int, one: Made) -> str:
    lines = [f"PMID- {number}", "OWN - NLM", f"TI  - {one.title}.", *(f"FAU - {a}\nAU  - x" for a in one.authors),
    f"DP  - {one.year} Feb",
             f"JT  - {one.journal}", f"VI  - {one.volume}", f"IP  - {one.issue}", f"PG  - {one.pages}",
             f"LID - {one.doi} [doi]",
             f"AB  - {one.abstract}", "PT  - Journal Article", *(f"OT  - {k}" for k in one.keywords), ""]  # fmt: skip
    return "\n".join(lines)


def ovid(made: list[Made]) -> str:
    return "\n".join(_ovid(number, one) for number, one in enumerate(made, 1))


def _ovid(number: int, one: Made) -> str:
    lines = [f"<{number}. >", "VN  - Ovid Technologies", "DB  - MEDLINE", *(f"AU  - {a}" for a in one.authors),
    f"TI  - {one.title}.",
             f"SO  - {one.journal}. {one.volume}({one.issue}):{one.pages}, {one.year} Feb.", f"DI  - {one.doi}",
             f"AB  - {one.abstract}",
             "PT  - Journal Article", *(f"MH  - {k}" for k in one.keywords), ""]  # fmt: skip
    return "\n".join(lines)


def refworks(made: list[Made]) -> str:
    return "\n".join(_refworks(one) for one in made)


def _refworks(one: Made) -> str:
    lines = ["RT Journal Article", *(f"A1 {a.replace(', ', ',')}" for a in one.authors), f"T1 {one.title}",
    f"JF {one.journal}",
             f"YR {one.year}", f"VO {one.volume}", f"IS {one.issue}", f"SP {one.first}", f"OP {one.last}",
             *(f"K1 {k}" for k in one.keywords), f"AB {one.abstract}", f"DO {one.doi}", ""]  # fmt: skip
    return "\n".join(lines)


def enw(made: list[Made]) -> str:
    return "\n".join(_enw(one) for one in made)


def _enw(one: Made) -> str:
    lines = ["%0 Journal Article", f"%T {one.title}", *(f"%A {a}" for a in one.authors), f"%D {one.year}",
    f"%J {one.journal}",
             f"%V {one.volume}", f"%N {one.issue}", f"%P {one.pages}", f"%R {one.doi}", f"%X {one.abstract}",
             *(f"%K {k}" for k in one.keywords), ""]  # fmt: skip
    return "\n".join(lines)


def bibtex(made: list[Made]) -> str:
    return "\n".join(_bibtex(number, one) for number, one in enumerate(made))


def _bibtex(number: int, one: Made) -> str:
    fields = {"title": one.title, "author": " and ".join(one.authors), "year": one.year, "journal": one.journal,
    "volume": one.volume,
              "number": one.issue, "pages": f"{one.first}--{one.last}", "doi": one.doi, "abstract": one.abstract,
              "keywords": ", ".join(one.keywords)}  # fmt: skip
    return f"@article{{k{number},\n" + "".join(f"  {key} = {{{value}}},\n" for key, value in fields.items()) + "}\n"


def csl(made: list[Made]) -> str:
    return json.dumps([_csl(one) for one in made], ensure_ascii=False, indent=1)


def _csl(one: Made) -> dict[str, object]:
    people = [dict(zip(("family", "given"), author.split(", "), strict=True)) for author in one.authors]
    return {"type": "article-journal", "title": one.title, "author": people, "issued": {"date-parts": [[one.year]]},
            "container-title": one.journal, "volume": one.volume, "issue": one.issue, "page": one.pages, "DOI": one.doi,
            "abstract": one.abstract, "keyword": ", ".join(one.keywords)}  # fmt: skip


def json_table(made: list[Made]) -> str:
    return json.dumps({"exported": "2026-11-23", "References": [_json_row(one) for one in made]}, indent=1)


def _json_row(one: Made) -> dict[str, object]:
    return {"Title": one.title, "Authors": list(one.authors), "Year": one.year, "Source": {"Title": one.journal},
            "biblio": {"volume": one.volume, "issue": one.issue, "first_page": one.first, "last_page": one.last},
            "DOI": one.doi, "Abstract": one.abstract, "Keywords": list(one.keywords), "Type": "Journal Article",
            "cited_by_count": 3}  # fmt: skip


def ebsco_xml(made: list[Made]) -> str:
    return f"<?xml version='1.0'?>\n<records>{''.join(map(_ebsco_xml, made))}</records>"


def _ebsco_xml(one: Made) -> str:
    people = "".join(f"<au>{author}</au>" for author in one.authors)
    return f"""<rec resultID="1"><header shortDbName="bth" uiTerm="12345"><controlInfo><bkinfo/><jinfo><jtl>{one.journal}</jtl>
      <issn type="print">03091325</issn></jinfo><pubinfo><dt year="{one.year}" month="02" day="01"/><vid>{one.volume}</vid>
      <iid>{one.issue}</iid><pub>SAGE</pub></pubinfo><artinfo><ui type="doi">{one.doi}</ui><ppf>{one.first}</ppf>
      <ppct>{one.last - one.first + 1}</ppct><tig><atl>{one.title}</atl></tig><aug>{people}<affil>Aff</affil></aug>
      <sug>{"".join(f'<subj type="thes">{k}</subj>' for k in one.keywords)}</sug><ab>{one.abstract}</ab>
      <pubtype>Academic Journal</pubtype><doctype>Article</doctype></artinfo><language>English</language></controlInfo>
      <displayInfo><pLink><url>https://search.ebscohost.com/1</url></pLink></displayInfo></header></rec>"""


def pubmed_xml(made: list[Made]) -> str:
    return f"<?xml version='1.0'?>\n<PubmedArticleSet>{''.join(map(_pubmed_xml, made))}</PubmedArticleSet>"


def _pubmed_xml(one: Made) -> str:
    people = "".join(
        f"<Author><LastName>{family}</LastName><ForeName>{given}</ForeName></Author>"
        for family, given in (author.split(", ") for author in one.authors)
    )
    return f"""<PubmedArticle><MedlineCitation><PMID>12345</PMID><Article><Journal><JournalIssue><Volume>{one.volume}</Volume>
      <Issue>{one.issue}</Issue><PubDate><Year>{one.year}</Year></PubDate></JournalIssue><Title>{escape(one.journal)}</Title></Journal>
      <ArticleTitle>{escape(one.title)}.</ArticleTitle><Pagination><MedlinePgn>{one.pages}</MedlinePgn></Pagination>
      <ELocationID EIdType="doi">{one.doi}</ELocationID><Abstract><AbstractText>{escape(one.abstract)}</AbstractText></Abstract>
      <AuthorList>{people}</AuthorList><PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList>
      </Article><KeywordList>{"".join(f"<Keyword>{k}</Keyword>" for k in one.keywords)}</KeywordList></MedlineCitation>
      <PubmedData><ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.9999/of.another</ArticleId></ArticleIdList>
      </Reference></ReferenceList></PubmedData></PubmedArticle>"""


def endnote_xml(made: list[Made]) -> str:
    return f"<?xml version='1.0'?><xml><records>{''.join(map(_endnote_xml, made))}</records></xml>"


def _endnote_xml(one: Made) -> str:
    people = "".join(f'<author><style face="normal">{author}</style></author>' for author in one.authors)
    return f"""<record><ref-type name="Journal Article">17</ref-type><contributors><authors>{people}</authors></contributors>
      <titles><title><style>{one.title}</style></title><secondary-title>{one.journal}</secondary-title></titles>
      <pages>{one.pages}</pages><volume>{one.volume}</volume><number>{one.issue}</number>
      <keywords>{"".join(f"<keyword>{k}</keyword>" for k in one.keywords)}</keywords><dates><year>{one.year}</year></dates>
      <abstract>{one.abstract}</abstract><electronic-resource-num>{one.doi}</electronic-resource-num></record>"""


HEADER = ("Title", "Authors", "Year", "Source title", "Volume", "Issue", "Page start", "Page end", "DOI", "Abstract",
          "Author Keywords", "Document Type")  # fmt: skip


def rows(made: list[Made]) -> list[list[str]]:
    return [
        [one.title,
        "; ".join(one.authors), str(one.year), one.journal, one.volume, one.issue, str(one.first), str(one.last), one.doi,
         one.abstract, "; ".join(one.keywords), "Article"]
        for one in made
    ]  # fmt: skip


def table(made: list[Made], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([HEADER, *rows(made)])
    return out.getvalue()


def xlsx(made: list[Made]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["SEARCH QUERY", "clusters:ti"], [], HEADER, *rows(made)):
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WRITERS: dict[str, Callable[[list[Made]], str]] = {
    "RIS": ris, "Web of Science tagged": wos, "PubMed nbib": nbib, "Ovid tagged": ovid, "RefWorks tagged": refworks,
    "EndNote tagged (enw)": enw, "BibTeX": bibtex, "CSL-JSON": csl, "JSON table": json_table, "EBSCO XML": ebsco_xml, "PubMed XML": pubmed_xml,
    "EndNote XML": endnote_xml,
    "CSV or TSV": table,
}  # fmt: skip
