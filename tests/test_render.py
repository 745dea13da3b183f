from __future__ import annotations

from dataclasses import replace

from strategy_qa.qa import StrategyQA
from strategy_qa.render import (
    answer_dict,
    answer_text,
    hits_text,
    page_text,
    pages_text,
)
from strategy_qa.strings import EN


def test_the_json_of_an_answer_has_the_keys_of_the_contract(qa: StrategyQA) -> None:
    answer = qa.ask("How many jobs in manufacturing?")
    fields = answer_dict(answer, row_id="7")
    assert fields["id"] == "7"
    assert fields["mode"] == "extractive"
    assert fields["answer"] == answer.text
    (citation, *_) = fields["citations"]
    assert list(citation) == [
        "number", "document_id", "title", "url", "publisher", "year", "edition", "page",
        "page_label", "section", "quote", "start", "end", "ocr",
        "retrieved", "archived", "fetched_from", "lead_in",
    ]  # fmt: skip
    assert list(fields["hits"][0]) == [
        "document_id", "title", "page", "page_label", "last_page", "last_page_label", "section",
        "text", "start", "end", "score", "dense_rank", "lexical_rank", "lead_in",
    ]  # fmt: skip
    text = qa.document(citation["document_id"]).text
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_text_names_quote_and_edition(qa: StrategyQA) -> None:
    answer = qa.ask("How many jobs in manufacturing?")
    shown = answer_text(answer)
    assert "2,809,944 [1]" in shown
    assert "digest, not the original" in shown
    assert "Jobs and machines · Example Institute · 2018" in shown
    assert "1. " in hits_text(answer.hits)


def test_text_says_how_sure_it_is_in_the_language_of_the_question(qa: StrategyQA) -> None:
    answer = replace(qa.ask("How many jobs in manufacturing?"), confidence=0.6)
    assert "\n\nConfidence: low\n\n[1] " in answer_text(answer)
    assert "\n\nConfianza: media\n\n[1] " in answer_text(
        replace(answer, confidence=0.8, language="es")
    )


def test_an_abstention_never_looks_like_an_answer(qa: StrategyQA) -> None:
    answer = qa.ask("Who painted the ceiling of the chapel?")
    assert answer_text(answer).startswith(EN.abstained)
    assert "[1]" not in answer_text(answer)


def test_pages_as_printed_and_as_counted(qa: StrategyQA) -> None:
    (citation, *_) = qa.ask("How many jobs in manufacturing?").citations
    assert page_text(citation) == ""
    assert page_text(replace(citation, page=6, page_label="iv")) == "p. iv (PDF p. 6)"
    assert page_text(replace(citation, page=6, page_label="6")) == "p. 6"
    assert page_text(replace(citation, page=6)) == "p. 6"
    assert page_text(replace(citation, ocr=True)) == "p. 1, read by OCR"


def test_a_passage_over_two_pages_shows_both(qa: StrategyQA) -> None:
    (hit, *_) = qa.search("How many jobs in manufacturing?", k=1)
    assert pages_text(hit) == ""
    over = replace(hit, chunk=replace(hit.chunk, pages=(6, 7)))
    assert pages_text(replace(over, labels=("iv", "v"))) == "pp. iv–v (PDF pp. 6–7)"
    assert pages_text(replace(over, labels=("6", "7"))) == "pp. 6–7"
    assert pages_text(over) == "pp. 6–7"
    one = replace(hit, chunk=replace(hit.chunk, pages=(6, 6)), labels=("iv", "iv"))
    assert pages_text(one) == "p. iv (PDF p. 6)"
    assert "p. iv (PDF p. 6)" in hits_text([one])
