"""PubMed's XML."""

from __future__ import annotations

from slr.formats.pubmed_xml import read
from slr.model import Record

ARTICLE = """<PubmedArticle>
 <MedlineCitation Status="MEDLINE"><PMID Version="1">18157122</PMID>
  <Article><Journal><ISSN IssnType="Electronic">1552-4469</ISSN><JournalIssue><Volume>4</Volume><Issue>2</Issue>
   <PubDate><MedlineDate>2008 Jan-Feb</MedlineDate></PubDate></JournalIssue><Title>Nature chemical biology</Title></Journal>
   <ArticleTitle>High-content <i>single</i>-cell &alpha; screening &amp; more.</ArticleTitle>
   <Pagination><MedlinePgn>132-42</MedlinePgn></Pagination>
   <Abstract><AbstractText Label="AIM">We ask.</AbstractText><AbstractText>It is so.</AbstractText></Abstract>
   <AuthorList><Author><LastName>Krutzik</LastName><ForeName>Peter O</ForeName></Author>
    <Author><LastName>Nolan</LastName><Initials>GP</Initials><Suffix>Jr</Suffix></Author>
    <Author><CollectiveName>Cytometry Group</CollectiveName></Author></AuthorList>
   <Language>eng</Language><PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList></Article>
  <CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><PMID>1</PMID></CommentsCorrections></CommentsCorrectionsList>
  <MeshHeadingList><MeshHeading><DescriptorName>Animals</DescriptorName></MeshHeading></MeshHeadingList>
  <KeywordList><Keyword>flow</Keyword></KeywordList></MedlineCitation>
 <PubmedData><ArticleIdList><ArticleId IdType="doi">10.1038/nchembio.2007.59</ArticleId><ArticleId IdType="pmc">PMC1</ArticleId></ArticleIdList>
  <ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1000/another</ArticleId></ArticleIdList></Reference></ReferenceList>
 </PubmedData></PubmedArticle>"""  # fmt: skip


def test_a_record_as_pubmed_writes_it() -> None:
    (entry,) = read(f"<?xml version='1.0'?>\n<PubmedArticleSet>\n{ARTICLE}\n</PubmedArticleSet>", "PubMed").entries
    assert entry.line == 3
    assert entry.record == Record(
        "", "PubMed", "High-content single-cell α screening & more", ("Krutzik, Peter O", "Nolan, GP, Jr",
        "Cytometry Group"), 2008,
        "Nature chemical biology", "4", "2", "132-142", "10.1038/nchembio.2007.59", "article", "en",
        "AIM: We ask. It is so.",
        ("flow", "Animals"), True, None, {"pmid": "18157122", "pmcid": "PMC1", "issn": "1552-4469"},
    )  # fmt: skip


def test_a_title_that_is_not_there_is_taken_from_its_own_language() -> None:
    for title in ("<ArticleTitle/>", "<ArticleTitle>[Not Available].</ArticleTitle>"):
        text = f"<PubmedArticle><MedlineCitation><Article>{title}<VernacularTitle>Psykisk ohälsa.</VernacularTitle></Article></MedlineCitation></PubmedArticle>"
        assert read(text, "X").entries[0].record.title == "Psykisk ohälsa"


def test_a_book_is_a_record_too() -> None:
    text = """<PubmedBookArticle><BookDocument><PMID>2</PMID><Book><BookTitle>GeneReviews</BookTitle><PubDate><Year>1993</Year></PubDate>
     </Book><ArticleTitle>A gene</ArticleTitle></BookDocument></PubmedBookArticle>"""
    found = read(text, "X").entries[0].record
    assert (found.title, found.venue, found.year) == ("A gene", "GeneReviews", 1993)


def test_an_article_that_is_no_xml_or_not_closed_is_rejected_and_the_others_are_read() -> None:
    broken = ARTICLE.replace("</Article>", "")
    parsed = read("\n".join([ARTICLE, broken, ARTICLE[:300], ARTICLE, ARTICLE[:300]]), "X")
    assert len(parsed.entries) == 2
    assert ["no well-formed XML" in r.why for r in parsed.rejected] == [True, False, False]
    assert parsed.rejected[1].line == 2 * ARTICLE.count("\n") + 3


def test_entities_that_a_file_defines_are_not_followed() -> None:
    text = f'<!DOCTYPE x [<!ENTITY bomb "boom"> <!ENTITY file SYSTEM "file:///etc/passwd">]>{ARTICLE.replace("&alpha;", "&bomb;&file;")}'
    assert (
        "boom" not in read(text, "X").entries[0].record.title and "root" not in read(text, "X").entries[0].record.title
    )
