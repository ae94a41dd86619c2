"""Files as plain values with lines: what is read, and what is refused."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from slr.config.document import MAX_BYTES, MAX_VALUES, Document, describe, parse, read_document, shortened, written


def parsed(content: str | bytes) -> Document:
    document = Document("file.yaml")
    parse(document, content.encode() if isinstance(content, str) else content)
    return document


def only_problem(content: str | bytes) -> str:
    (problem,) = parsed(content).in_order()
    return problem


def test_values_are_text_numbers_booleans_nulls_lists_and_mappings() -> None:
    content = "a: [x, 2, 1.5, true, null, ~, '2', \"no\"]\nb: {c: 2020-01-01, d: |\n  two\n  lines\n}\n"
    content = content.replace(", d: |\n  two\n  lines\n}", "}\nd: |\n  two\n  lines")
    assert parsed(content).value == {
        "a": ["x", 2, 1.5, True, None, None, "2", "no"],
        "b": {"c": "2020-01-01"},
        "d": "two\nlines\n",
    }


def test_every_value_knows_its_line_whatever_the_layout() -> None:
    document = parsed("# comment\na:\n  - x\n  - b: 1\n    c: [\n      p,\n      q]\n")
    lines = {written(path): document.line(path) for path in document.lines}
    assert lines == {"": 2, "a": 2, "a[0]": 3, "a[1]": 4, "a[1].b": 4, "a[1].c": 5, "a[1].c[0]": 6, "a[1].c[1]": 7}


def test_a_path_that_is_not_there_has_the_line_of_what_is_around_it() -> None:
    document = parsed("a:\n  b: 1\n")
    assert (document.line(("a", "z")), document.line(("a", "b", 3, "y")), document.line(("z",))) == (1, 2, 1)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    plain = parsed("a:\n  - b\n  - c\n")
    other = parsed(b"\xef\xbb\xbfa:\r\n  - b\r\n  - c\r\n")
    assert (other.value, other.lines, other.problems) == (plain.value, plain.lines, [])


def test_the_word_no_is_text_as_in_yaml_1_2_and_marked_as_ambiguous_only_without_quotes() -> None:
    document = parsed("a: [No, 'no', \"yes\", on, off, nothing]\n")
    assert document.value == {"a": ["No", "no", "yes", "on", "off", "nothing"]}
    assert document.bare == {("a", 0), ("a", 3), ("a", 4)}


def test_keys_are_the_text_they_are_written_with() -> None:
    assert parsed("2020: a\nno: b\n1.50: c\ntrue: d\n").value == {"2020": "a", "no": "b", "1.50": "c", "true": "d"}


def test_aliases_and_merge_keys_are_followed_and_own_keys_win() -> None:
    document = parsed(
        "base: &base {a: 1, b: [x]}\ncopy: *base\nmore:\n  <<: *base\n  a: 2\nboth: {<<: [{c: 3}, *base]}\n"
    )
    assert document.value == {
        "base": {"a": 1, "b": ["x"]},
        "copy": {"a": 1, "b": ["x"]},
        "more": {"a": 2, "b": ["x"]},
        "both": {"c": 3, "a": 1, "b": ["x"]},
    }
    assert not document.problems and document.line(("more", "a")) == 5


def test_an_explicit_text_tag_makes_text_and_an_odd_number_stays_text() -> None:
    assert parsed("a: !!str 2020\nb: !!int x\nc: 0x1F\nd: " + "9" * 5000 + "\n").value == {
        "a": "2020",
        "b": "x",
        "c": "0x1F",
        "d": "9" * 5000,
    }


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", "file.yaml, line 4, b.c: is given twice, first on line 3 (keep one)"),
        ("a:\n\tb: 1\n", "file.yaml, line 2: a tab indents this line, which YAML forbids (write spaces)"),
        ("a: x\n\tb: 1\n", "file.yaml, line 2: a tab indents this line, which YAML forbids (write spaces)"),
        (b"a: 1\nb: caf\xe9\n", "file.yaml, line 2: is not UTF-8 text (save the file with the encoding UTF-8)"),
        ("a: 1".encode("utf-16"), "file.yaml, line 1: is not UTF-8 text (save the file with the encoding UTF-8)"),
        ("a: 1\nb: \x07\n", "file.yaml, line 2: holds a control character that YAML forbids (delete it)"),
        ('a: 1\nb: "\\0"\n', "file.yaml, line 2, b: holds a control character or half a character (delete it)"),
        ('a: ["\\ud800"]\n', "file.yaml, line 1, a[0]: holds a control character or half a character (delete it)"),
        ("", "file.yaml: is empty (slr init DIR writes a commented example)"),
        ("# a comment\n\n", "file.yaml: is empty (slr init DIR writes a commented example)"),
        ("a: 1\n? [x]\n: 2\n", "file.yaml, line 2: a key here is not a plain word (write name: value)"),
        ("a:\n  '': 2\n", "file.yaml, line 2, a: a key here is not a plain word (write name: value)"),
        ("a:\n  <<: 3\n", "file.yaml, line 2, a: << must name a block of keys (write << : *anchor)"),
        (
            "a: 1\nb: !!python/object/apply:os.system [ls]\n",
            "file.yaml, line 2, b: the tag !!python/object/apply:os.system is refused (write plain",
        ),
        ("a: !mine b\n", "file.yaml, line 1, a: the tag !mine is refused (write plain text, lists and keys)"),
        ("a: &x {b: *x}\n", "file.yaml: is nested more than 32 levels deep (write it flatter)"),
        ("a: " + "[" * 50 + "]" * 50, "file.yaml: is nested more than 32 levels deep (write it flatter)"),
        ("a: " + "[" * 100_000, "file.yaml: is nested more than 32 levels deep (write it flatter)"),
        ("- " * 5_000, "file.yaml: is nested more than 32 levels deep (write it flatter)"),
        ("a: [b, c\n", "file.yaml, line 2: is not YAML: expected ',' or ']', but got '<stream end>' ("),
        ("a: 1\nb: *x\n", "file.yaml, line 2: is not YAML: found undefined alias 'x' ("),
        ("a: 1\n---\nb: 2\n", "file.yaml, line 2: is not YAML: expected a single document in the stream but found"),
        ("a: 'x\n", "file.yaml, line 2: is not YAML: found unexpected end of stream ("),
        ("a: b: c\n", "file.yaml, line 1: is not YAML: mapping values are not allowed here ("),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line_and_remedy(content: str | bytes, problem: str) -> None:
    assert only_problem(content).startswith(problem)


def test_an_anchor_that_is_given_again_is_fine_as_yaml_allows_it() -> None:
    assert parsed("a: &x 1\nb: &x 2\nc: *x\n").value == {"a": 1, "b": 2, "c": 2}


def test_an_alias_bomb_is_refused_without_being_built() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 20)]
    start = time.perf_counter()
    assert only_problem("\n".join(lines)).startswith(f"file.yaml: stands for more than {MAX_VALUES:,} values")
    assert time.perf_counter() - start < 60, "10^20 values would never end"


def test_a_file_over_the_limit_is_refused_and_only_its_beginning_is_read(tmp_path: Path) -> None:
    (tmp_path / "big.yaml").write_bytes(b"a: 1\n" * 2_000_000)
    document = read_document(tmp_path, "big.yaml")
    assert document.in_order() == ["big.yaml: is larger than 1,000,000 bytes (write a smaller file)"]
    assert len(document.raw) == MAX_BYTES + 1


def test_a_file_that_is_missing_or_no_file_is_a_problem_too(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    missing = f"gone.yaml: is missing in {tmp_path} (slr init DIR writes a commented example)"
    assert read_document(tmp_path, "gone.yaml").in_order() == [missing]
    assert read_document(tmp_path, "folder.yaml").in_order() == [
        "folder.yaml: cannot be read: it is not a regular file (make it a readable file)"
    ]
    (tmp_path / "plain").write_text("x")
    assert "cannot be read: Not a directory" in read_document(tmp_path, "plain/x.yaml").in_order()[0]


def test_problems_are_in_the_order_of_the_file_each_once() -> None:
    document = parsed("a: [" + ", ".join(["!x y"] * 12) + "]\nb: !x z\n")
    document.fault(("b",), "said of a value that was refused already")
    places = [problem.split(":")[0].split(", ")[2] for problem in document.in_order()]
    assert places == [f"a[{n}]" for n in range(12)] + ["b"]


def test_find_yields_what_lies_at_a_pattern_and_nothing_where_the_shape_is_another() -> None:
    document = parsed("a: [{b: 1}, {c: 2}, 3, {b: 4}]\n")
    assert list(document.find("a", "*", "b")) == [(("a", 0, "b"), 1), (("a", 3, "b"), 4)]
    assert list(document.find("a", "b")) == list(document.find("a", "*", "*")) == []


def test_values_and_paths_are_described_on_one_short_line() -> None:
    described = [describe(value) for value in (None, True, 2, 1.5, "x\ty", " ", [1], {"a": 1})]
    assert described[:4] == ["empty", "true", "the number 2", "the number 1.5"]
    assert described[4:] == ['the text "x y"', "an empty text", "a list", "a block of keys"]
    assert shortened("x" * 100) == "x" * 59 + "…"
    assert written(("axes", "transfer word", 2, "x")) == "axes.transfer word[2].x"
