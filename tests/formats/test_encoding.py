"""The text of a file, whatever its encoding."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slr.errors import ImportFileError
from slr.formats.encoding import decode, unlikely

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
        (b"PK\x03\x04" + bytes(30), "a.ris is a packed file"),
        (b"TY  - \x00\x00\x00", "a.ris is not a text file"),
    ],
)
def test_what_is_no_text_is_refused_with_the_remedy(data: bytes, said: str) -> None:
    with pytest.raises(ImportFileError, match=said):
        decode(data, "a.ris")


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (codecs.BOM_UTF8 + b"TI  - \xfc\n", "TI  - ü\n", "cp1252"),
        (codecs.BOM_UTF16_LE + "TI\n".encode("utf-16-le") + b"x", "TI\n\ufffd", "utf-16"),
        (b"TI  - a\x00b" + b"c" * 200, "TI  - a\ufffdb" + "c" * 200, "utf-8"),
    ],
)
def test_bytes_that_are_no_text_are_replaced_and_the_rest_is_read(data: bytes, text: str, encoding: str) -> None:
    assert decode(data, "a.ris") == (text, encoding)


@pytest.mark.parametrize(
    "head",
    [
        '<?xml version="1.0" encoding="ISO-8859-2"?>',
        "<?xml version='1.0' encoding='iso-8859-2' ?>",
        "% Encoding: iso8859-2",
    ],
)
def test_what_a_file_declares_of_its_encoding_counts_where_it_is_not_utf_8(head: str) -> None:
    assert decode(f"{head}\nŁódź".encode("iso-8859-2"), "a.xml") == (f"{head}\nŁódź", "iso8859-2")
    assert decode(f"{head}\nŁódź".encode(), "a.xml") == (f"{head}\nŁódź", "utf-8")


@pytest.mark.parametrize("declared", ["utf-8", "no-such-encoding", "rot13", "hex"])
def test_a_declared_encoding_that_is_none_is_passed_over(declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>\nGröße'
    assert decode(text.encode("cp1252"), "a.xml") == (text, "cp1252")


@pytest.mark.parametrize(("title", "encoding"), [("Кластеры и знания", "cp1251"), ("产业集群知识转移", "gb18030")])
def test_another_alphabet_that_is_read_as_western_is_seen(title: str, encoding: str) -> None:
    assert unlikely(decode(f"TI  - {title}\n".encode(encoding), "a.ris")[0])


def test_what_looks_unlikely_can_be_shown() -> None:
    assert unlikely(decode("TI  - 産業集積の知識\n".encode("shift_jis"), "a.ris")[0]).startswith("�")


def test_western_letters_are_not_taken_for_another_alphabet() -> None:
    assert unlikely("Größe, “naïve” – Müller’s œuvre, coöperation… «été»") is None
