"""The text of a file, whatever its encoding."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.errors import ImportFileError
from slr.formats.encoding import decode
from slr.formats.registry import recognize

TEXT = "TY  - JOUR\nTI  - Clústers “Größe” – naïve\nER  - \n"
text = st.text(st.characters(exclude_characters="\r\x00", exclude_categories=("Cs",))).map(lambda t: "TY  - JOUR\n" + t)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.replace("\n", "\r\n").encode(), "utf-8"),
        (TEXT.replace("\n", "\r").encode(), "utf-8"),
        (TEXT.replace("\n", "\r\n").encode("utf-16"), "utf-16"),
        (TEXT.replace("\n", "\r\n").encode("cp1252"), "cp1252"),
    ],
)
def test_each_encoding_and_line_end_gives_the_same_text(data: bytes, encoding: str) -> None:
    assert decode(data, "a.ris") == (TEXT, encoding)


def test_latin_1_is_read_with_its_letters() -> None:
    assert decode("TI  - Größe\n".encode("latin-1"), "a.ris") == ("TI  - Größe\n", "cp1252")


def test_one_line_of_another_encoding_does_not_spoil_the_others() -> None:
    """Two exports pasted into one file, the second with a byte that Windows-1252 does not have."""
    data = "TI  - Clústers\n".encode() + "TI  - Größe\n".encode("cp1252") + b"TI  - \x81\n"
    assert decode(data, "a.ris") == ("TI  - Clústers\nTI  - Größe\nTI  - \x81\n", "utf-8, some lines cp1252")


@given(text, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_text_comes_back(content: str, encoding: str) -> None:
    assert decode(content.encode(encoding), "a.ris")[0] == content


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_refused_in_one_sentence(data: bytes) -> None:
    try:
        found, _ = decode(data, "a.ris")
    except ImportFileError as error:
        assert str(error).startswith("a.ris ") and "\n" not in str(error)
    else:
        assert "\x00" not in found and "\r" not in found


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "a.ris is empty: export it again"),
        (b" \r\n\t", "a.ris is empty"),
        (codecs.BOM_UTF16_LE, "a.ris is empty"),
        (b"PK\x03\x04" + bytes(30), "a.ris is not a text file"),
        (codecs.BOM_UTF8 + b"TY  - J\xff", "a.ris is damaged: it begins as utf-8-sig, but from byte 7 on"),
        (codecs.BOM_UTF16_LE + b"T\x00Y", "a.ris is damaged"),
    ],
)
def test_what_is_no_text_is_refused_with_the_remedy(data: bytes, said: str) -> None:
    with pytest.raises(ImportFileError, match=said):
        decode(data, "a.ris")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<!DOCTYPE html>\n<html><body>Your session has ended</body></html>", "a.ris is a web page, not an export"),
        ("\n<HTML lang='en'>", "a.ris is a web page"),
        ("PMID- 123\nTI  - Clusters", r"a.ris is in no format that slr reads \(RIS\)"),
        ("title,year\nClusters,2004\n", "a.ris is in no format"),
    ],
)
def test_what_is_no_export_is_refused_with_the_remedy(content: str, said: str) -> None:
    with pytest.raises(ImportFileError, match=said):
        recognize(content, "a.ris")
