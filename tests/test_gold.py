"""The gold set: its rows are well formed, and what they call gold stands in the corpus."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from strategy_qa.corpus import current_editions, read_corpus
from strategy_qa.evaluate.metrics import holds
from strategy_qa.text import fold, normalise, words
from strategy_qa.types import BlockKind, Document

Row = dict[str, Any]

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "tests" / "gold"


def read(name: str) -> list[Row]:
    return [json.loads(line) for line in (GOLD / name).read_text(encoding="utf-8").splitlines()]


STARTER = read("starter.jsonl")
OFFICIALS = read("officials.jsonl")
HELD_OUT = read("held_out.jsonl")
ROWS = STARTER + OFFICIALS + HELD_OUT
ANSWERABLE = [row for row in ROWS if row["answerable"]]
UNANSWERABLE = [row for row in ROWS if not row["answerable"]]
EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
EVERY_ANSWERABLE = pytest.mark.parametrize("row", ANSWERABLE, ids=lambda row: row["id"])
EVERY_UNANSWERABLE = pytest.mark.parametrize("row", UNANSWERABLE, ids=lambda row: row["id"])

FIELDS: dict[str, type] = {
    "id": str,
    "question": str,
    "language": str,
    "kind": str,
    "answers": list,
    "items": list,
    "quotes": list,
    "document_id": str,
    "documents": list,
    "pages": list,
    "answerable": bool,
    "cross": bool,
    "split": str,
}
WHOLE = {"list", "compare", "two-part"}  # all of `items` make the answer
KINDS = WHOLE | {"fact", "figure", "date", "person", "place", "table", "why", "definition"}
KINDS.add("keyword")
OTHER_KINDS = {"n": "near-miss", "o": "off-topic"}


def group_of(row: Row) -> str:
    """Answerable, near miss or off topic: the letter before the number."""
    return str(row["id"])[-4]


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    found, left_out = current_editions(list(read_corpus(ROOT / "corpus")))
    assert not left_out
    return {document.id: document for document in found}


@EVERY_ROW
def test_a_row_has_its_fields_and_nothing_else(row: Row) -> None:
    why = {} if row["answerable"] else {"why": str}
    assert {name: type(value) for name, value in row.items()} == FIELDS | why
    assert row["language"] in ("en", "es")
    assert row["question"] == normalise(row["question"])
    texts = row["answers"] + row["items"] + row["quotes"] + row["documents"]
    assert all(isinstance(text, str) and text.strip() == text != "" for text in texts)


@EVERY_ANSWERABLE
def test_an_answerable_row_says_what_answers_it(row: Row) -> None:
    assert group_of(row) == "a"
    assert row["kind"] in KINDS
    assert all(row[field] for field in ("answers", "quotes", "pages"))
    assert row["document_id"] in row["documents"]
    for field in ("answers", "items", "quotes", "documents", "pages"):
        assert len(set(row[field])) == len(row[field])


@EVERY_UNANSWERABLE
def test_an_unanswerable_row_holds_no_answer_and_says_why(row: Row) -> None:
    assert row["kind"] == OTHER_KINDS[group_of(row)]
    assert row["why"]
    assert row["document_id"] == ""
    assert not row["cross"]
    for field in ("answers", "items", "quotes", "documents", "pages"):
        assert row[field] == []


def test_the_groups_have_their_sizes_in_both_languages_and_both_splits() -> None:
    count = Counter((group_of(row), row["language"], row["split"]) for row in STARTER)
    halves = {"a": 20, "n": 10, "o": 5}
    assert count == {
        (group, language, split): size
        for group, size in halves.items()
        for language in ("en", "es")
        for split in ("dev", "test")
    }


def test_at_least_twenty_questions_cross_the_language_as_many_in_each_direction_and_split() -> None:
    count = Counter((row["language"], row["split"]) for row in STARTER if row["cross"])
    assert len(set(count.values())) == 1
    assert len(count) == 4
    assert count.total() >= 20


def test_ids_count_up_and_odd_ones_are_dev() -> None:
    numbers: Counter[str] = Counter()
    for row in STARTER:
        group = group_of(row)
        numbers[group] += 1
        assert row["id"] == f"{group}{numbers[group]:03}"
        assert row["split"] == ("dev" if numbers[group] % 2 else "test")


def test_every_kind_stands_in_both_splits_in_balance() -> None:
    count = Counter((row["kind"], row["split"]) for row in STARTER if row["answerable"])
    for kind in KINDS:
        dev, test = count[kind, "dev"], count[kind, "test"]
        assert min(dev, test) >= 1, kind
        assert abs(dev - test) <= 1, kind


@pytest.mark.parametrize(
    ("rows", "split", "prefixes", "sizes"),
    [
        (OFFICIALS, "dev", {"en": "e", "es": "s"}, {"a": 80, "n": 40, "o": 20}),
        (HELD_OUT, "test", {"en": "he", "es": "hs"}, {"a": 40, "n": 20, "o": 10}),
    ],
    ids=["officials", "held out"],
)
def test_further_sets_are_of_one_split_and_have_every_kind_in_both_languages(
    rows: list[Row], split: str, prefixes: dict[str, str], sizes: dict[str, int]
) -> None:
    assert {row["split"] for row in rows} == {split}
    count = Counter((group_of(row), row["language"]) for row in rows)
    assert count == {(g, language): sizes[g] for g in sizes for language in ("en", "es")}
    held = Counter((row["language"], row["kind"]) for row in rows)
    assert all(held[language, kind] for language in ("en", "es") for kind in KINDS)
    numbers: Counter[str] = Counter()
    for row in rows:  # in the order they were written
        start = prefixes[row["language"]] + group_of(row)
        numbers[start] += 1
        assert row["id"] == f"{start}{numbers[start]:03}"


def test_no_question_is_asked_twice() -> None:
    rows = ROWS + read("pairs.jsonl") + read("lists.jsonl")
    count = Counter(" ".join(sorted(words(row["question"]))) for row in rows)
    assert [question for question, times in count.items() if times > 1] == []


@EVERY_ANSWERABLE
def test_every_quote_slices_out_of_one_named_document(
    row: Row, documents: dict[str, Document]
) -> None:
    carriers, pages = set(), set()
    for quote in row["quotes"]:
        assert "\n" not in quote
        holders = [d for d in documents.values() if quote in d.text]
        assert [d.id in row["documents"] for d in holders] == [True], quote
        (document,) = holders
        assert document.text.count(quote) == 1, quote
        start = document.text.index(quote)
        (block,) = (b for b in document.blocks if b.span.start <= start < b.span.end)
        assert block.kind is not BlockKind.HEADING
        assert start + len(quote) <= block.span.end
        carriers.add(document.id)
        pages.add(document.page_at(start).number)
    assert carriers == set(row["documents"])
    assert pages == set(row["pages"])


@EVERY_ANSWERABLE
def test_every_answer_and_every_item_stands_in_a_quote(row: Row) -> None:
    quotes = [fold(quote) for quote in row["quotes"]]
    for text in row["answers"] + row["items"]:
        assert any(fold(text) in quote for quote in quotes), text


@EVERY_ANSWERABLE
def test_cross_means_that_no_gold_document_is_in_the_language_of_the_question(
    row: Row, documents: dict[str, Document]
) -> None:
    languages = {documents[name].source.language for name in row["documents"]}
    assert row["cross"] == (row["language"] not in languages)


@EVERY_ANSWERABLE
def test_an_answer_of_several_parts_names_them(row: Row) -> None:
    assert len(row["items"]) != 1
    assert row["items"] or row["kind"] not in WHOLE


@pytest.mark.parametrize(
    "rows", [STARTER, OFFICIALS, HELD_OUT], ids=["starter", "officials", "held out"]
)
def test_every_document_of_the_corpus_answers_something(
    rows: list[Row], documents: dict[str, Document]
) -> None:
    assert {name for row in rows for name in row["documents"]} == set(documents)


def test_each_pair_has_an_answered_question_and_one_that_is_not(
    documents: dict[str, Document],
) -> None:
    lines = read("pairs.jsonl")
    rows = {row["id"]: row for row in lines}
    assert len(rows) == len(lines)
    assert list(rows) == sorted(rows)
    pairs: dict[str, set[bool]] = {}
    for name, row in rows.items():
        pairs.setdefault(name[:-1], set()).add(row["answerable"])
        assert row["split"] == "dev"
        assert row["answerable"] == (name[-1] in "ab") != ("why" in row)
        held = row.get("documents", [row.get("document_id")])
        for quote in row.get("quotes", ()):
            assert any(quote in documents[document_id].text for document_id in held)
        if row["answerable"]:
            assert any(holds("\n".join(row["quotes"]), answer) for answer in row["answers"])
    assert list(pairs) == [f"p{n:03d}" for n in range(1, 551)]
    assert all(answered == {True, False} for answered in pairs.values())


def test_an_exercise_holds_the_answers_to_its_questions() -> None:
    lines = (ROOT / "scripts" / "exercises.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, lines):
        assert set(row) == {"title", "language", "context", "questions"}
        answers = [answer for _, _, answer in row["questions"]]
        assert None in answers
        assert any(answers)
        assert all(answer in row["context"] for answer in answers if answer is not None)
        assert {row["language"], *(q[1] for q in row["questions"])} <= {"en", "es"}


def test_the_questions_for_lists_are_for_tuning_and_stand_in_the_documents(
    documents: dict[str, Document],
) -> None:
    rows = read("lists.jsonl")
    assert [row["id"] for row in rows] == [f"l{n:03d}" for n in range(1, 191)]
    for row in rows:
        assert row["split"] == "dev"
        assert row["answerable"]
        said = "\n".join(row["quotes"])
        assert all(any(q in documents[d].text for d in row["documents"]) for q in row["quotes"])
        assert all(item in said for item in row["items"])
        assert any(holds(said, answer) for answer in row["answers"])
        assert row["items"] or row["kind"] != "list"
