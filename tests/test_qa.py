from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from strategy_qa.answer.citations import cite, is_faithful
from strategy_qa.answer.extractive import _MARGIN, in_order, select
from strategy_qa.errors import IndexMismatchError, QuestionError
from strategy_qa.index.build import BuildReport
from strategy_qa.qa import StrategyQA
from strategy_qa.question import MAX_QUESTION
from strategy_qa.render import answer_dict, answer_text
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder
from strategy_qa.types import Filters, Span


def test_an_answer_quotes_its_document_to_the_letter(qa: StrategyQA) -> None:
    answer = qa.ask("How many jobs could automation reach in fifteen years?")
    assert not answer.abstained
    assert "9.8 million" in answer.text
    for citation in answer.citations:
        document = qa.document(citation.document_id)
        assert document.text[citation.span.start : citation.span.end] == citation.quote
        assert citation.section.startswith("Jobs and machines")
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))


def test_many_questions_become_a_table(qa: StrategyQA, capfd: pytest.CaptureFixture[str]) -> None:
    questions = ["How many jobs in manufacturing?", "Who painted the ceiling of the chapel?"]
    frame = qa.ask_many(questions, progress=True).to_pandas()
    assert list(frame["question"]) == questions
    assert list(frame["abstained"]) == [False, True]
    assert "2,809,944" in frame["answer"][0]
    assert "question" in capfd.readouterr().err
    assert [a.question for a in qa.ask_many(questions)] == questions


def test_a_table_answers_with_its_row(qa: StrategyQA) -> None:
    answer = qa.ask("How many jobs in manufacturing?")
    assert answer.claims[0].text == "Sub-sector: Manufacturing; Jobs: 2,809,944"


def test_a_list_question_gets_the_whole_list_with_its_lead_in(qa: StrategyQA) -> None:
    answer = qa.ask("¿Cuáles son las cuatro acciones del plan de inteligencia artificial?")
    assert [claim.text for claim in answer.claims] == [
        "El plan de inteligencia artificial propone cuatro acciones.",
        "1. Crear una subcomisión de gobernanza.",
        "2. Documentar los usos de la industria.",
        "3. Consultar a la ciudadanía en línea.",
        "4. Defender el liderazgo en foros internacionales.",
    ]
    assert answer.language == "es"


def test_nothing_relevant_is_an_abstention_with_hits(qa: StrategyQA) -> None:
    answer = qa.ask("Who painted the ceiling of the chapel?")
    assert answer.abstained
    assert answer.claims == answer.citations == ()
    assert answer.text == ""
    assert answer.hits


def test_sentences_do_not_repeat_each_other(qa: StrategyQA) -> None:
    texts = [c.text for c in qa.ask("How many jobs in construction and agriculture?").claims]
    assert len(texts) == len(set(texts)) <= 4


def test_the_figure_asked_for_is_in_the_answer_and_bare_addresses_are_not(
    qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path
) -> None:
    (corpus / "documents" / "ports.md").write_text(
        "# Ports\n\nNobody had asked how many ports the coast has.\n\n"
        "The surveyors found 47 ports there.\n\nhttps://ports.example/coast/ports/how/many\n"
    )
    build()
    question = "How many ports has the coast?"
    evidence = qa.evidence(question)
    assert not any("https" in sentence.text for sentence in evidence.pool)
    (repeats,) = (s for s in evidence.pool if "Nobody" in s.text)
    (figure,) = (s for s in evidence.pool if "47" in s.text)

    def chosen(behind: float) -> list[str]:
        pool = [replace(repeats, score=50.0), replace(figure, score=50.0 - behind)]
        return [s.text for s in select(evidence.index, question, pool, language="en", limit=4)]

    assert chosen(behind=1.5 * _MARGIN) == [repeats.text, figure.text]
    assert chosen(behind=3 * _MARGIN) == [repeats.text]


def test_both_parts_of_a_question_are_answered_and_a_stretched_quote_stays_one(
    qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path
) -> None:
    (corpus / "documents" / "survey.md").write_text(
        "# The harbour survey\n\nThe authors of the harbour survey interviewed 62 captains. "
        "They also asked 175 sailors online. Nets were mended on Fridays.\n\n"
        "The survey of the harbour was paid for by the port.\n"
    )
    build()
    question = "How many captains did the harbour survey interview and how many sailors online?"
    (claim, *_) = qa.ask(question).claims
    assert claim.text == (
        "The authors of the harbour survey interviewed 62 captains."
        " They also asked 175 sailors online."
    )


def test_most_rows_of_a_short_table_bring_the_others(qa: StrategyQA) -> None:
    question = "How many jobs in manufacturing and how many in construction?"
    texts = [claim.text for claim in qa.ask(question).claims]
    assert [text for text in texts if text.startswith("Sub-sector")] == [
        "Sub-sector: Manufacturing; Jobs: 2,809,944",
        "Sub-sector: Construction; Jobs: 1,750,676",
        "Sub-sector: Agriculture; Jobs: 942,705",
    ]


def test_one_report_fills_no_more_than_half_of_the_passages(
    qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path
) -> None:
    sections = (f"## Quay {n}\n\nShips and harbours of quay {n}." for n in range(14))
    (corpus / "documents" / "long.md").write_text("# Harbours\n\n" + "\n\n".join(sections))
    for n in range(6):
        (corpus / "documents" / f"short{n}.md").write_text(f"# Note {n}\n\nA note on ships {n}.")
    build()
    hits = qa.search("ships and harbours", k=10)
    assert Counter(hit.chunk.document_id for hit in hits)["long"] == 5
    alone = qa.search("ships and harbours", k=10, filters=Filters(documents=frozenset({"long"})))
    assert len(alone) == 10


def test_what_names_a_report_is_met_by_every_passage_of_it(
    build: Callable[..., BuildReport], corpus: Path, settings: Settings, encoder: HashEncoder
) -> None:
    head = "---\nid: {}\ntitle: {}\npublisher: {}\nyear: 2018\nlanguage: en\n---\n\n# {}\n\n"
    report = head.format("report", "Deeper harbours", "Acme Institute", "Deeper harbours")
    portal = head.format("portal", "Harbour news", "Portal", "Harbour news")
    documents = corpus / "documents"
    body = "Silt should be dredged in spring, at low tide."
    (documents / "report.md").write_text(f"{report}{body}\n", encoding="utf-8")
    body = "The Acme Institute sent its 2018 report on silt to the harbour board."
    (documents / "portal.md").write_text(f"{portal}{body}\n", encoding="utf-8")
    build()
    qa = StrategyQA.open(settings=settings, encoder=encoder)
    named = qa.search(
        "When at low tide should silt be dredged, says the 2018 report of the Acme Institute?"
    )
    assert [hit.chunk.document_id for hit in named][:2] == ["report", "portal"]


def test_of_two_documents_as_good_the_one_in_the_questions_language_comes_first(
    qa: StrategyQA,
) -> None:
    evidence = qa.evidence("plan nacional jobs and machines")
    english, spanish = (
        next(s for s in evidence.pool if s.match.row.chunk.language == code)
        for code in ("en", "es")
    )

    def first(behind: float, language: str) -> str:
        pair = replace(english, score=20.0), replace(spanish, score=20.0 - behind)
        return in_order(evidence.index, pair, language=language)[0].match.row.chunk.language

    assert first(0.5, "es") == "es"
    assert first(0.5, "en") == "en"
    assert first(1.5, "es") == "en"


def test_no_row_is_picked_that_the_question_does_not_name(
    qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path
) -> None:
    (corpus / "documents" / "harbours.md").write_text(
        "# Harbours\n\nIn all, 940 cranes of harbours turn.\n\n"
        "| Harbour | Cranes of harbours |\n|---|---|\n| Alba | 200 |\n| Brea | 340 |\n"
        "| Cala | 400 |\n"
    )
    build()
    evidence = qa.evidence("How many cranes of harbours?")
    assert evidence.chosen[0].text == "In all, 940 cranes of harbours turn."
    named = [s.text for s in qa.evidence("How many cranes of harbours in Brea?").chosen]
    assert "Harbour: Brea; Cranes of harbours: 340" in named
    each = [s.text for s in qa.evidence("How many cranes of harbours in each harbour?").chosen]
    assert len([text for text in each if text.startswith("Harbour: ")]) == 3


def test_the_credit_below_a_table_answers_only_who_asks_for_it(
    qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path
) -> None:
    (corpus / "documents" / "ferries.md").write_text(
        "# Ferries\n\nIn all, 77 ferries sail.\n\nSource: the ferries report of 2018.\n"
    )
    build()
    credit = "Source: the ferries report of 2018."
    assert credit not in [s.text for s in qa.evidence("How many ferries sail?").pool]
    assert credit in [s.text for s in qa.evidence("What source names the ferries?").pool]


def test_a_list_under_the_heading_asked_for_and_a_sentence_that_enumerates(
    qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path
) -> None:
    (corpus / "documents" / "guild.md").write_text(
        "# The guild\n\nThe guild works in many places.\n\n## Lines of work\n\n"
        "- Mending of nets.\n- Painting of hulls.\n- Charting of reefs.\n\n"
        "## Partners\n\nOther bodies joined the guild as partners. Among them were the Navy, the "
        "Lighthouse Board and the Museum of Salt.\n"
    )
    build()
    lines = [s.text for s in qa.evidence("Which lines of work does the guild have?").chosen]
    assert lines == ["- Mending of nets.", "- Painting of hulls.", "- Charting of reefs."]
    (partners,) = qa.evidence("Which bodies joined the guild as partners?").chosen[:1]
    assert partners.text.endswith("the Lighthouse Board and the Museum of Salt.")


def test_sentences_that_name_what_another_announces_come_with_it(
    qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path
) -> None:
    (corpus / "documents" / "guild.md").write_text(
        "# The guild\n\nThe guild is old.\n\nTwo workshops of the guild are known. The Tar Loft "
        "caulks boats. The Rope Walk twists hemp. A dog sleeps there.\n\n"
        "Later rules of the guild followed. They concerned nets, hulls, reefs and pay.\n"
    )
    build()
    said = [s.text for s in qa.evidence("name both workshops of the guild").chosen]
    assert {"The Tar Loft caulks boats.", "The Rope Walk twists hemp."} <= set(said)
    rules = [s.text for s in qa.evidence("What rules of the guild were there?").chosen]
    assert any(text.endswith("They concerned nets, hulls, reefs and pay.") for text in rules)


def test_sentences_that_make_one_quote_leave_room_as_one_does(
    qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path
) -> None:
    (corpus / "documents" / "guild.md").write_text(
        "# The guild\n\nThe guild asks what may change. It asks whom that concerns.\n\n"
        "Few sailors will be laid off.\n"
    )
    build()
    evidence = qa.evidence("What will change for sailors?")
    first, second, third = (
        next(s for s in evidence.pool if word in s.text) for word in ("may", "whom", "laid")
    )
    third = replace(third, score=50.0 - 1.3 * _MARGIN, held=frozenset())
    pool = [replace(first, score=50.0), replace(second, score=49.0), third]
    chosen = select(evidence.index, "What will change?", pool, language="en", limit=4)
    assert [s.text for s in chosen] == [f"{first.text} {second.text}", third.text]


def test_the_number_of_a_list_item_is_no_figure(
    qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path
) -> None:
    (corpus / "documents" / "guild.md").write_text(
        "# The guild\n\nThe clerk counted 21.\n\n1. Nets are mended.\n2. Hulls are tarred.\n"
    )
    build()
    evidence = qa.evidence("How many rules has the guild?")
    (count,) = (s for s in evidence.pool if "21" in s.text)
    (item,) = (s for s in evidence.pool if "Hulls" in s.text)
    # A sentence with a figure might stand this far behind.
    pool = [replace(count, score=50.0), replace(item, score=50.0 - 1.6 * _MARGIN)]
    assert [*select(evidence.index, "How many rules?", pool, language="en", limit=4)] == pool[:1]


def test_a_list_not_far_behind_is_given_beside_the_best_sentences(
    qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path
) -> None:
    (corpus / "documents" / "guild.md").write_text(
        "# The principles of the harbour guild\n\nThe harbour guild wrote its principles in 1911, "
        "and the mayor, the Navy and the Board signed the principles of the harbour guild.\n\n"
        "## Contents\n\nThe record sums up:\n\n- Mend.\n- Paint.\n- Chart.\n"
    )
    build()
    said = [s.text for s in qa.evidence("principles harbour guild").chosen]
    assert said[0].startswith("The harbour guild wrote its principles")
    assert said[-4:] == ["The record sums up:", "- Mend.", "- Paint.", "- Chart."]


def test_the_halves_of_a_table_make_the_number_asked_for(
    qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path
) -> None:
    (corpus / "documents" / "harbours.md").write_text(
        "# Cranes\n\n## Harbours and their cranes\n\nMost cranes:\n\n| Harbour | Cranes |\n"
        "|---|---|\n| Alba | 900 |\n| Brea | 740 |\n\nFewest cranes:\n\n| Harbour | Cranes |\n"
        "|---|---|\n| Dorn | 32 |\n| Esla | 11 |\n"
    )
    build()

    def rows(question: str) -> list[str]:
        return [s.text[9:13] for s in qa.evidence(question).chosen if s.text.startswith("Harbour")]

    assert rows("list the four harbours with their cranes") == ["Alba", "Brea", "Dorn", "Esla"]
    assert len(rows("list the two harbours with the fewest cranes")) == 2


def test_a_question_that_leans_is_searched_completed(qa: StrategyQA) -> None:
    before = ["How many jobs in manufacturing are automatable?", "and in construction?"]
    answer = qa.ask("and in agriculture?", after=before)
    assert answer.question == "and in agriculture?"
    assert answer.searched == "How many jobs in agriculture are automatable?"
    assert "942,705" in answer.text
    assert answer_dict(answer)["searched"] == answer.searched
    assert answer_text(answer).startswith(f"Searched as: {answer.searched}\n\n")
    alone = qa.ask("How many jobs in manufacturing?", after=before)
    assert alone.searched == alone.question
    assert "Searched" not in answer_text(alone)
    with pytest.raises(QuestionError):
        qa.ask("¿?", after=before)


def test_a_filter_never_empties_a_result_that_exists(qa: StrategyQA) -> None:
    for document in ("jobs", "plan"):
        hits = qa.search("automatable jobs", filters=Filters(documents=frozenset({document})), k=1)
        assert [hit.chunk.document_id for hit in hits] == [document]
    assert {h.chunk.language for h in qa.search("automatable jobs", language="es")} == {"es"}
    assert qa.search("jobs", filters=Filters(years=(1900, 1901))) == ()
    assert qa.ask("How many jobs?", filters=Filters(years=(1900, 1901))).abstained


def test_hits_are_best_first_and_slice_back(qa: StrategyQA) -> None:
    hits = qa.search("consulta nacional", k=3)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    for hit in hits:
        assert hit.text == hit.chunk.span.of(qa.document(hit.chunk.document_id).text)
    assert hits[0].chunk.document_id == "plan"


@pytest.mark.parametrize("question", ["", "   \n", "¿?", "x" * 20_000, "palabra " * 3_000])
def test_a_question_that_cannot_be_asked_is_refused(qa: StrategyQA, question: str) -> None:
    with pytest.raises(QuestionError):
        qa.ask(question)


def test_the_longest_question_is_answered(qa: StrategyQA) -> None:
    qa.ask(("jobs " * MAX_QUESTION)[:MAX_QUESTION])


def test_an_unknown_document_in_a_filter_is_named(qa: StrategyQA) -> None:
    with pytest.raises(QuestionError, match="nope"):
        qa.ask("How many jobs?", filters=Filters(documents=frozenset({"nope"})))


def test_another_encoder_is_refused_with_the_command_to_run(
    qa: StrategyQA, settings: Settings
) -> None:
    with pytest.raises(IndexMismatchError, match="strategy-qa build"):
        StrategyQA.open(settings=settings, encoder=HashEncoder(dimension=64))


def test_a_new_build_is_taken_up_between_two_questions(
    qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path
) -> None:
    before = qa.ask("Where is the observatory?")
    (corpus / "documents" / "sky.md").write_text("# Sky\n\nThe observatory stands in Puebla.")
    built = build().manifest.build
    after = qa.ask("Where is the observatory?")
    assert before.index_build != after.index_build == built
    assert "Puebla" in after.text


def test_questions_from_many_threads_do_not_mix(qa: StrategyQA) -> None:
    questions = ["How many jobs in manufacturing?", "¿Cuántas personas participaron?"] * 8
    expected = {q: replace(qa.ask(q), latency_ms=0.0) for q in questions}
    wrong: list[str] = []

    def ask(question: str) -> None:
        if replace(qa.ask(question), latency_ms=0.0) != expected[question]:
            wrong.append(question)

    threads = [threading.Thread(target=ask, args=(q,)) for q in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=300))
def test_any_question_gets_an_answer_or_a_question_error(qa: StrategyQA, question: str) -> None:
    try:
        answer = qa.ask(question)
    except QuestionError:
        return
    assert answer.abstained == (not answer.claims)
    assert 0 <= answer.confidence <= 1
    for citation in answer.citations:
        assert is_faithful(citation, qa.document(citation.document_id))


def test_a_false_citation_is_recognised(qa: StrategyQA) -> None:
    document = qa.document("jobs")
    citation = cite(document, Span(0, 4), number=1, headings=(), language="en")
    assert is_faithful(citation, document)
    assert not is_faithful(replace(citation, quote="Invented"), document)
    assert not is_faithful(replace(citation, span=Span(1, 5)), document)
    assert not is_faithful(replace(citation, page=2), document)
    assert not is_faithful(citation, qa.document("plan"))
    with pytest.raises(ValueError, match="outside"):
        cite(document, Span(0, 10**9), number=1, headings=(), language="en")
