"""A review folder is loaded whole, or every problem of every file is said at once."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from slr.config import ReviewConfig, Stage, Years, load_review
from slr.errors import ConfigError
from slr.model import KnownStudy
from tests.config.folder import REVIEW, TERMS, load, problems, write

MANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)

FULL = """\
title: A review
question: What is known?
search:
  variants: true
  stemming: false
  years: {from: 1990, to: 2011}
  justification: Clusters were not written of before.
sources:
  openalex:
    enabled: true
    base_url: http://localhost:8080/
    corpus: all
    max_records: 500
    transport: oql
  snapshot:
    enabled: true
    path: s3://bucket/works
    options: {endpoint_url: "http://localhost:9000", client_kwargs: {region_name: eu}}
criteria:
  automatic:
    - {name: types, types: [article, conference-paper]}
    - {name: years, years: {from: 1990}}
    - {name: languages, languages: [en, no]}
    - {name: retracted, retracted: exclude}
  exclusion:
    - {id: off-topic, text: Off topic, stages: [titles, full-text]}
    - {id: later, text: Later}
stages:
  - {name: titles, reviewers: 2}
  - {name: full-text, reviewers: 1}
reviewers: [Anna B., Ben]
"""

KNOWN = """\
studies:
  - key: a
    title: First
    authors: ["Bathelt, H.", OECD]
    year: 2004
    journal: J
    volume: 28
    issue: 1/2
    pages: 31–56
    doi: HTTPS://doi.org/10.1191/0309132504PH469oa
  - {key: b, title: Second}
"""


def test_a_folder_with_a_title_and_a_matrix_is_a_review_with_the_documented_defaults(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    assert loaded.review == ReviewConfig.model_validate(
        {
            "title": "A review",
            "search": {"variants": False, "stemming": True, "years": {"from": None, "to": None}, "justification": None},
            "sources": {
                "openalex": {
                    "enabled": True,
                    "base_url": "https://api.openalex.org",
                    "corpus": "core",
                    "max_records": 100000,
                    "transport": "filter",
                },
                "snapshot": {"enabled": False, "path": "snapshot", "options": {}},
            },
            "criteria": {"automatic": [], "exclusion": []},
            "stages": [{"name": "title-abstract", "reviewers": 2}, {"name": "full-text", "reviewers": 2}],
            "reviewers": [],
        }
    )
    assert (loaded.known, loaded.warnings) == ((), ())
    assert loaded.files == {"search_terms.yaml": TERMS.encode(), "config/review.yaml": REVIEW.encode()}


def test_every_setting_arrives_as_written(tmp_path: Path) -> None:
    review = load(tmp_path, review=FULL).review
    assert review.search.years == Years.model_validate({"from": 1990, "to": 2011})
    assert (review.search.variants, review.search.stemming) == (True, False)
    assert (review.sources.openalex.base_url, review.sources.openalex.transport) == ("http://localhost:8080", "oql")
    assert review.sources.snapshot.options == {
        "endpoint_url": "http://localhost:9000",
        "client_kwargs": {"region_name": "eu"},
    }
    tests = [(rule.name, rule.types or rule.languages or rule.retracted) for rule in review.criteria.automatic]
    assert tests[:2] == [("types", ("article", "conference-paper")), ("years", None)]
    assert tests[2:] == [("languages", ("en", "no")), ("retracted", "exclude")]
    assert [reason.stages for reason in review.criteria.exclusion] == [("titles", "full-text"), None]
    assert review.stages == (Stage(name="titles"), Stage(name="full-text", reviewers=1))
    assert review.reviewers == ("Anna B.", "Ben")


def test_known_studies_have_bare_lower_case_dois_and_numbers_as_text(tmp_path: Path) -> None:
    assert load(tmp_path, known=KNOWN).known == (
        KnownStudy("a", "First", ("Bathelt, H.", "OECD"), 2004, "J", "28", "1/2", "31–56", "10.1191/0309132504ph469oa"),
        KnownStudy("b", "Second"),
    )


def test_missing_files_are_all_named_but_known_studies_are_optional(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_review(tmp_path)
    assert caught.value.problems == [
        f"search_terms.yaml: is missing in {tmp_path} (slr init DIR writes a commented example)",
        f"config/review.yaml: is missing in {tmp_path} (slr init DIR writes a commented example)",
    ]


def test_problems_of_all_files_come_together_and_one_unreadable_file_hides_no_other(tmp_path: Path) -> None:
    assert [line.split(": ")[0] for line in problems(tmp_path, "axes: [", "titel: x\n", "studies: [{key: a}]\n")] == [
        "search_terms.yaml, line 1",
        "config/review.yaml, line 1, titel",
        "config/known.yaml, line 1, studies[0].title",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("- a\n", "line 1: should be a block of keys, is a list"),
        ("question: x\n", "line 1, title: is missing (write title: and its value)"),
        (
            "titel: x\n",
            "line 1, titel: unknown key (write title; the keys here are title, question, search, sources, criteria,",
        ),
        ("title: 1984\n", 'line 1, title: should be text, is the number 1984 (write it in quotes: "1984")'),
        ("title: ' '\n", "line 1, title: is an empty text (fill it in or delete it)"),
        ("title:\n", "line 1, title: should be text, is empty (fill it in or delete it)"),
        (REVIEW + "search:\n", "line 2, search: should be a block of keys, is empty (fill it in or delete it)"),
        (
            REVIEW + "search:\n  stemmming: true\n",
            "line 3, search.stemmming: unknown key (write stemming; the keys here are variants, stemming, years, just",
        ),
        (REVIEW + "search: {variants: 1}\n", "line 2, search.variants: should be true or false, is the number 1"),
        (
            REVIEW + "search: {variants: maybe}\n",
            'line 2, search.variants: should be true or false, is the text "maybe"',
        ),
        (
            REVIEW + "search:\n  years:\n    from: 2011\n    to: 1990\n",
            "line 3, search.years: from 2011 is later than to 1990 (swap them)",
        ),
        (
            REVIEW + 'search: {years: {from: "1990"}}\n',
            'line 2, search.years.from: should be a whole number, is the text "1990" (write it without quotes)',
        ),
        (REVIEW + "search: {years: {to: 90}}\n", "line 2, search.years.to: is 90 (write a number from 1000 up)"),
        (REVIEW + "search: {years: {to: 19900}}\n", "line 2, search.years.to: is 19900 (write a number up to 9999)"),
        (
            REVIEW + "search: {years: {form: 1990}}\n",
            "line 2, search.years.form: unknown key (write from; the keys here are from, to)",
        ),
        (
            REVIEW + "sources: {openalex: {base_url: ftp://example.org}}\n",
            "line 2, sources.openalex.base_url: is not a web address (write one that starts with https:// or http://)",
        ),
        (
            REVIEW + "sources: {openalex: {base_url: api.openalex.org}}\n",
            "line 2, sources.openalex.base_url: is not a web",
        ),
        (
            REVIEW + "sources: {openalex: {base_url: 'http://[x'}}\n",
            "line 2, sources.openalex.base_url: is not a proper",
        ),
        (REVIEW + "sources: {openalex: {base_url: 'https://'}}\n", "line 2, sources.openalex.base_url: is not a web"),
        (
            REVIEW + "sources: {openalex: {corpus: cor}}\n",
            'line 2, sources.openalex.corpus: is the text "cor" (write core, ex',
        ),
        (REVIEW + "sources: {openalex: {transport: post}}\n", "line 2, sources.openalex.transport: is the text "),
        (
            REVIEW + "sources: {openalex: {max_records: 0}}\n",
            "line 2, sources.openalex.max_records: is 0 (write a number from 1 up)",
        ),
        (
            REVIEW + "sources: {openalex: {max_records: 1.5}}\n",
            "line 2, sources.openalex.max_records: should be a whole number, is the number 1.5",
        ),
        (
            REVIEW + "sources: {opnalex: {}}\n",
            "line 2, sources.opnalex: unknown key (write openalex; the keys here are openalex, sn",
        ),
        (
            REVIEW + "sources: {snapshot: {options: [a]}}\n",
            "line 2, sources.snapshot.options: should be a block of keys, is a list",
        ),
        (
            REVIEW + "criteria:\n  automatic:\n    - {name: n, types: [article, artcle]}\n",
            'line 4, criteria.automatic[0].types[1]: the text "artcle" is not a document type (write article)',
        ),
        (
            REVIEW + "criteria: {automatic: [{name: n, types: [zzz]}]}\n",
            "line 2, criteria.automatic[0].types[0]: the text ",
        ),
        (
            REVIEW + "criteria: {automatic: [{name: n, types: []}]}\n",
            "line 2, criteria.automatic[0].types: is an empty list (write at least one item or delete it)",
        ),
        (
            REVIEW + "criteria: {automatic: [{name: n, types: article}]}\n",
            'line 2, criteria.automatic[0].types: should be a list, is the text "article" (write [article])',
        ),
        (
            REVIEW + "criteria: {automatic: [{name: n}]}\n",
            "line 2, criteria.automatic[0]: needs exactly one test (write one of types, years, languages, retracted)",
        ),
        (
            REVIEW + "criteria: {automatic: [{name: n, languages: [en], retracted: exclude}]}\n",
            "line 2, criteria.automatic[0]: needs exactly one test (write one of types, years, languages, retracted)",
        ),
        (
            REVIEW + "criteria: {automatic: [{name: n, years: {}}]}\n",
            "line 2, criteria.automatic[0]: its years have neither end (write from: or to: with a year)",
        ),
        (
            REVIEW + "criteria: {automatic: [{name: n, languages: [English]}]}\n",
            'line 2, criteria.automatic[0].languages[0]: the text "English" is not a language code (write ISO 639-1',
        ),
        (
            REVIEW + "criteria: {automatic: [{name: n, retracted: true}]}\n",
            "line 2, criteria.automatic[0].retracted: is true (write exclude)",
        ),
        (
            REVIEW + "criteria:\n  automatic:\n  - {name: n, languages: [en]}\n  - {name: N, languages: [de]}\n",
            'line 5, criteria.automatic[1].name: "N" is given twice, first on line 4 (keep one)',
        ),
        (
            REVIEW + "criteria:\n  exclusion:\n  - {id: a, text: A}\n  - {id: a, text: B}\n",
            'line 5, criteria.exclusion[1].id: "a" is given twice, first on line 4 (keep one)',
        ),
        (
            REVIEW + "criteria: {exclusion: [{id: Off topic, text: A}]}\n",
            'line 2, criteria.exclusion[0].id: the text "Off topic" is not a plain name (write lower-case letters,',
        ),
        (
            REVIEW + "criteria:\n  exclusion:\n  - {id: a, text: A, stages: [full-text, ful-text]}\n",
            'line 4, criteria.exclusion[0].stages[1]: the text "ful-text" is no stage (write full-text)',
        ),
        (
            REVIEW + "criteria: {exclusion: [{id: a, text: A, stages: [full-text]}]}\nstages: [{name: s}, {name: t}]\n",
            'line 2, criteria.exclusion[0].stages[0]: the text "full-text" is no stage (write s or t)',
        ),
        (REVIEW + "stages: []\n", "line 2, stages: is an empty list (write at least one item or delete it)"),
        (
            REVIEW + "stages:\n- {name: a}\n- {name: a}\n",
            'line 4, stages[1].name: "a" is given twice, first on line 3 (keep one)',
        ),
        (
            REVIEW + "stages: [{name: a, reviewers: 0}]\n",
            "line 2, stages[0].reviewers: is 0 (write a number from 1 up)",
        ),
        (
            REVIEW + "stages: [{name: a, reviewers: 3}]\nreviewers: [A, B]\n",
            "line 2, stages[0]: 3 reviewers are asked for, but the list reviewers: names only 2 (name more, or",
        ),
        (
            REVIEW + "reviewers: [A]\n",
            "line 2, reviewers: 2 reviewers are asked for, but the list reviewers: names only 1 (name more, or",
        ),
        (REVIEW + "reviewers: A\n", 'line 2, reviewers: should be a list, is the text "A" (write [A])'),
        (REVIEW + "reviewers: [A, B, a]\n", 'line 2, reviewers[2]: "a" is given twice, first on line 2 (keep one)'),
        (
            REVIEW + "reviewers: [A, ../B]\n",
            'line 2, reviewers[1]: the text "../B" cannot be a file name (write letters,',
        ),
        (REVIEW + "reviewers: [A, B/../c]\n", 'line 2, reviewers[1]: the text "B/../c" cannot be a file name (write'),
        (
            REVIEW + "criteria: {automatic: [{name: n, languages: [english]}]}\n",
            'line 2, criteria.automatic[0].languages[0]: the text "english" is not a language code (write ISO 639-1',
        ),
        (REVIEW + "SEARCH: {}\n", "line 2, SEARCH: unknown key (write search; "),
        (
            REVIEW + "reviewers: [A, 1]\n",
            'line 2, reviewers[1]: should be text, is the number 1 (write it in quotes: "1")',
        ),
    ],
)
def test_a_wrong_review_file_is_said_with_its_line_and_remedy(tmp_path: Path, content: str, problem: str) -> None:
    (found,) = problems(tmp_path, review=content)
    assert found.startswith(f"config/review.yaml, {problem}")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", ": is empty (slr init DIR writes a commented example)"),
        ("- a\n", ", line 1: should be a block of keys, is a list"),
        ("studies:\n", ", line 1, studies: should be a list, is empty (fill it in or delete it)"),
        ("study: []\n", ", line 1, study: unknown key (write studies)"),
        ("studies: [a]\n", ', line 1, studies[0]: should be a block of keys, is the text "a"'),
        (
            "studies:\n- {key: a, titel: x}\n",
            ", line 2, studies[0].titel: unknown key (write title; the keys here are key, ti",
        ),
        ("studies:\n- {title: x}\n", ", line 2, studies[0].key: is missing (write key: and its value)"),
        (
            "studies:\n- {key: a, title: x, doi: abc}\n",
            ', line 2, studies[0].doi: the text "abc" is not a DOI (write it like 10.1080/09654310801983308)',
        ),
        (
            "studies:\n- {key: a, title: x, authors: 'Bathelt, H.'}\n",
            ', line 2, studies[0].authors: should be a list, is the text "Bathelt, H." (write ["Bathelt, H."])',
        ),
        (
            "studies:\n- {key: a, title: x, issue: 1.10}\n",
            ", line 2, studies[0].issue: should be text, is the number 1.1 (write it in quotes",
        ),
        (
            "studies:\n- {key: a, title: x}\n- {key: A, title: y}\n",
            ', line 3, studies[1].key: "A" is given twice, first on line 2 (keep one)',
        ),
        (
            "studies:\n- {key: a, title: x, doi: 10.1234/A}\n- {key: b, title: y, doi: 'doi:10.1234/a'}\n",
            ', line 3, studies[1].doi: "10.1234/a" is given twice, first on line 2 (keep one)',
        ),
    ],
)
def test_a_wrong_file_of_known_studies_is_said_with_its_line_and_remedy(
    tmp_path: Path, content: str, problem: str
) -> None:
    (found,) = problems(tmp_path, known=content)
    assert found.startswith(f"config/known.yaml{problem}")


@pytest.mark.parametrize(
    ("content", "path", "variable"),
    [
        ("api_key: {}\n", "api_key", "OPENALEX_API_KEY"),
        ("mailto: {}\n", "mailto", "CROSSREF_MAILTO"),
        ("sources: {{openalex: {{key: {}}}}}\n", "sources.openalex.key", "OPENALEX_API_KEY"),
        ("sources: {{openalex: {{api-token: {}}}}}\n", "sources.openalex.api-token", "OPENALEX_API_KEY"),
        ("sources: {{openalex: {{Email: {}}}}}\n", "sources.openalex.Email", "CROSSREF_MAILTO"),
        ("sources: {{snapshot: {{options: {{key: {}}}}}}}\n", "sources.snapshot.options.key", "AWS_ACCESS_KEY_ID"),
        (
            "sources: {{snapshot: {{options: {{client_kwargs: {{aws_secret_access_key: {}}}}}}}}}\n",
            "sources.snapshot.options.client_kwargs.aws_secret_access_key",
            "AWS_SECRET_ACCESS_KEY",
        ),
        (
            "sources: {{snapshot: {{options: {{endpoint_url: 'http://u:{}@localhost'}}}}}}\n",
            "sources.snapshot.options.endpoint_url",
            "AWS_ACCESS_KEY_ID",
        ),
        ("sources: {{openalex: {{base_url: 'https://u:{}@localhost'}}}}\n", "sources.openalex.base_url", "environment"),
        ("sources: {{openalex: {{base_url: 'https://localhost?k={}'}}}}\n", "sources.openalex.base_url", "environment"),
        ("sources: {{snapshot: {{path: 's3://u:{}@bucket'}}}}\n", "sources.snapshot.path", "environment"),
    ],
)
def test_a_secret_in_a_file_is_refused_and_never_repeated(
    tmp_path: Path, content: str, path: str, variable: str
) -> None:
    (found,) = problems(tmp_path, review=REVIEW + content.format("hunter2"))
    assert found.startswith(f"config/review.yaml, line 2, {path}: ") and variable in found and "hunter2" not in found


def test_a_limit_of_years_without_a_reason_is_a_warning(tmp_path: Path) -> None:
    warnings = load(tmp_path, review=REVIEW + "search:\n  years: {from: 1990}\n").warnings
    assert len(warnings) == 1 and warnings[0].startswith("config/review.yaml, line 3, search.years: limits the search")
    assert load(tmp_path, review=FULL).warnings == ()


def test_booleans_may_be_written_as_people_write_them(tmp_path: Path) -> None:
    for yes, no in [("yes", "no"), ("on", "off"), ("Yes", "NO"), ("ON", "Off"), ("True", "FALSE")]:
        search = load(tmp_path, review=REVIEW + f"search: {{variants: {yes}, stemming: {no}}}\n").review.search
        assert (search.variants, search.stemming) == (True, False)


SAME_MEANING = [
    (
        "title: A review\nsearch: {stemming: true, variants: true}\n",
        "search:\n  variants: yes # c\ntitle: 'A  review'\n",
    ),
    ("title: A review\n", "title: A review\nstages: [{reviewers: 2, name: title-abstract}, {name: full-text}]\n"),
    ("title: A review\n", "\ufefftitle: >\n  A\n  review\r\nquestion: null\n"),
]


@pytest.mark.parametrize(("one", "other"), SAME_MEANING)
def test_comments_layout_key_order_and_written_defaults_do_not_change_the_hash(
    tmp_path: Path, one: str, other: str
) -> None:
    assert load(tmp_path, review=one).hash == load(tmp_path, review=other).hash


OTHER_MATRICES = [
    "axes:\n  concepts: [cluster]\n  terms: {combine: {a: [x, y], b: [z]}}\nvariants: {x: [w], z: [v]}\n",
    "axes:\n  terms: {combine: {b: [z], a: [x, y]}}\n  concepts: [cluster]\nvariants: {x: [w], z: [v]}\n",
    "axes:\n  terms: {combine: {a: [y, x], b: [z]}}\n  concepts: [cluster]\nvariants: {x: [w], z: [v]}\n",
    "axes:\n  terms: [x z, y z]\n  concepts: [cluster]\nvariants: {x: [w], z: [v]}\n",
    "axes:\n  terms: {combine: {a: [x, y], b: [z]}}\n  concepts: [clusters]\nvariants: {x: [w], z: [v]}\n",
    "axes:\n  terms: {combine: {a: [x, y], b: [z]}}\n  concepts: [cluster]\nvariants: {x: [w]}\n",
]


@pytest.mark.parametrize("other", OTHER_MATRICES)
def test_the_order_of_axes_parts_and_words_is_meaning(tmp_path: Path, other: str) -> None:
    """It decides which cell is which, and how a phrase reads."""
    matrix = "axes:\n  terms: {combine: {a: [x, y], b: [z]}}\n  concepts: [cluster]\nvariants: {x: [w], z: [v]}\n"
    one, two = load(tmp_path, matrix), load(tmp_path, other)
    assert one.matrix_hash != two.matrix_hash and one.hash != two.hash and one.criteria_hash == two.criteria_hash
    same = "# c\nvariants:\n  z: [v]\n  x: [w]\n" + matrix.split("variants")[0]
    assert load(tmp_path, same).hash == one.hash


def test_hashes_stay_what_they_were_in_stores_that_exist(tmp_path: Path) -> None:
    """Runs and decisions hold these hashes: a new key must not change them for files that do not use it."""
    loaded = load(tmp_path, TERMS + "variants: {flow: [flows]}\n", FULL, KNOWN)
    assert (loaded.hash[:16], loaded.matrix_hash[:16], loaded.criteria_hash[:16]) == (
        "b0b314e9c7ade0d5",
        "3b3dc82935e2947e",
        "9228f59485a43948",
    )
    plain = load(tmp_path, known="studies: []\n")
    assert (plain.hash[:16], plain.matrix_hash[:16], plain.criteria_hash[:16]) == (
        "090626de909fbf40",
        "37748fcf65d6d849",
        "317cb92435072889",
    )


def test_each_hash_is_over_its_own_part(tmp_path: Path) -> None:
    base = load(tmp_path)
    title = load(tmp_path, review="title: Another\n")
    rule = load(tmp_path, review=REVIEW + "criteria: {automatic: [{name: n, retracted: exclude}]}\n")
    known = load(tmp_path, known="studies: [{key: a, title: b}]\n")
    assert len({base.hash, title.hash, rule.hash, known.hash}) == 4
    assert base.matrix_hash == title.matrix_hash == rule.matrix_hash == known.matrix_hash
    assert base.criteria_hash == title.criteria_hash == known.criteria_hash != rule.criteria_hash
    assert all(len(digest) == 64 for digest in (base.hash, base.matrix_hash, base.criteria_hash))


def test_what_is_loaded_cannot_be_changed(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    with pytest.raises(AttributeError):
        loaded.hash = "x"  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        loaded.review.search.variants = True


KEYS = {
    "": ["title", "question", "search", "sources", "criteria", "stages", "reviewers"],
    "search": ["variants", "stemming", "years", "justification"],
    "sources.openalex": ["enabled", "base_url", "corpus", "max_records", "transport"],
    "sources.snapshot": ["enabled", "path", "options"],
}


@st.composite
def typos(draw: st.DrawFn) -> tuple[str, str, str]:
    """(block, key as it should be, key with one letter left out, added, changed or swapped)."""
    block = draw(st.sampled_from(list(KEYS)))
    key = draw(st.sampled_from(KEYS[block]))
    place = draw(st.integers(0, len(key) - 2))
    letter = draw(st.sampled_from(string.ascii_letters))
    kinds = [
        key[:place] + key[place + 1 :],
        key[:place] + letter + key[place:],
        key[:place] + letter + key[place + 1 :],
        key[:place] + key[place + 1] + key[place] + key[place + 2 :],
    ]
    return block, key, draw(st.sampled_from(kinds))


@MANY
@given(typos())
def test_a_slip_in_a_key_names_the_key_that_was_meant(tmp_path: Path, typo: tuple[str, str, str]) -> None:
    block, key, slip = typo
    assume(slip not in KEYS[block])
    steps = [*block.split("."), slip] if block else [slip]
    content = "".join(f"{'  ' * depth}{step}:\n" for depth, step in enumerate(steps)).rstrip("\n") + " x\n"
    found = problems(tmp_path, review=("" if key == "title" else REVIEW) + content)
    assert len(found) == 1 and f"{'.'.join(steps)}: unknown key (write {key}" in found[0]


@MANY
@given(st.binary(max_size=200), st.sampled_from([0, 1, 2]))
def test_random_bytes_never_raise_anything_but_a_config_error(tmp_path: Path, content: bytes, which: int) -> None:
    files: list[str | bytes] = [TERMS, REVIEW, KNOWN]
    files[which] = content
    with pytest.raises(ConfigError):
        load(tmp_path, *files)


PIECES = st.sampled_from(
    [
        "a",
        "b: ",
        "- ",
        "\n",
        "\n  ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "&x ",
        "*x",
        "!t ",
        "'",
        '"',
        "# ",
        "|\n",
        "? ",
        "<<: ",
        "\t",
    ]
)


@MANY
@given(st.lists(PIECES, max_size=25), st.sampled_from([0, 1, 2]), st.integers(0, 400))
def test_yaml_with_slips_of_every_kind_loads_or_says_what_is_wrong(
    tmp_path: Path, pieces: list[str], which: int, place: int
) -> None:
    files = [TERMS, FULL, KNOWN]
    place = min(place, len(files[which]))
    files[which] = files[which][:place] + "".join(pieces) + files[which][place:]
    try:
        load(tmp_path, *files)
    except ConfigError as error:
        assert error.problems


@MANY
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(["axes", "variants", "search", "sources", "criteria", "stages", "reviewers", "studies"]),
)
def test_any_value_under_any_key_loads_or_says_what_is_wrong(tmp_path: Path, value: object, key: str) -> None:
    import json

    text = f"{json.dumps(key)}: {json.dumps(value)}\n"
    terms, review, known = TERMS, REVIEW, KNOWN
    if key in ("axes", "variants"):
        terms = text if key == "axes" else TERMS + text
    elif key == "studies":
        known = text
    else:
        review += text
    try:
        load(tmp_path, terms, review, known)
    except ConfigError as error:
        assert error.problems


def test_the_repository_is_itself_the_first_review() -> None:
    """The report's matrix and its 12 studies, with the DOIs that are confirmed and no others."""
    loaded = load_review(Path(__file__).resolve().parents[2])
    assert [study.key for study in loaded.known] == [f"review{n:02}" for n in range(1, 13)]
    with_doi = [study.key for study in loaded.known if study.doi]
    assert with_doi == [f"review{n:02}" for n in (1, 2, 7, 8, 11, 12)]
    assert loaded.known[10].volume == "28" and loaded.warnings == ()
    assert loaded.review.criteria.automatic[0].types == ("article", "review", "conference-paper")


def test_a_folder_is_read_again_after_it_was_mended(tmp_path: Path) -> None:
    problems(tmp_path, review="titel: x\n")
    assert load_review(write(tmp_path)).review.title == "A review"
