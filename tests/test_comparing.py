from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from strategy_qa import cli
from strategy_qa.answer.comparing import subject_of
from strategy_qa.comparison import comparison_dict, comparison_text
from strategy_qa.encode import SentenceEncoder
from strategy_qa.errors import QuestionError
from strategy_qa.index.build import BuildReport
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings
from strategy_qa.types import Filters

SEA = "# The sea\n\nThe tide at the pier rises by four metres. Gulls nest in the cliffs.\n"


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What do the documents say about open data?", "open data"),
        ("what does each report say on health", "health"),
        ("What do they say about the anti-corruption law?", "the anti-corruption law"),
        ("What is said about jobs and automation?", "jobs and automation"),
        ("¿Qué dicen los documentos sobre la educación?", "la educación"),
        ("que dice cada informe acerca de la salud", "la salud"),
        ("¿Qué se menciona sobre la privacidad?", "la privacidad"),
        ("How many jobs could automation affect?", None),
        ("Who said that AI needs rules?", None),
        ("What do they recommend on privacy?", None),
        ("open data", None),
        ("¿Qué dijo el senador Monreal en Nuevo León?", None),
        ("What does the policy brief say about jobs?", None),
    ],
)
def test_the_subject_of_a_question_to_all_documents(question: str, subject: str | None) -> None:
    assert subject_of(question) == (subject or question)


def test_a_document_that_mentions_it_is_quoted_and_another_is_not(qa: StrategyQA) -> None:
    found = qa.compare("How many jobs could automation reach?")
    assert [m.document_id for m in found.mentions] == ["jobs", "plan"]
    (citation,) = found.citations
    assert "9.8 million" in citation.quote
    assert citation.span.of(qa.document("jobs").text) == citation.quote
    assert found.mentions[1].citation is None
    assert found.found == found.mentions[:1]
    assert found.mentions[0].confidence > 0.5 > found.mentions[1].confidence


def test_a_word_that_stands_in_a_document_is_never_no_mention(
    qa: StrategyQA, build: Callable[..., BuildReport], corpus: Path
) -> None:
    (corpus / "documents" / "sea.md").write_text(SEA)
    build()
    for word in ("gulls", "tide", "pier"):
        found = qa.compare(word)
        assert found.found[0].document_id == "sea"
        assert word in found.citations[0].quote.lower()


def test_filters_decide_which_documents_are_compared(qa: StrategyQA) -> None:
    found = qa.compare("jobs", filters=Filters(documents=frozenset({"plan"})))
    assert [m.document_id for m in found.mentions] == ["plan"]
    assert [m.document_id for m in qa.compare("jobs", language="es").mentions] == ["plan"]
    assert qa.compare("jobs", filters=Filters(years=(1900, 1901))).mentions == ()
    with pytest.raises(QuestionError):
        qa.compare("¿?")


def test_a_comparison_as_json_and_as_a_table(qa: StrategyQA) -> None:
    found = qa.compare("How many jobs could automation reach?")
    fields = json.loads(json.dumps(comparison_dict(found)))
    assert list(fields) == [
        "question", "language", "documents", "index_build", "encoder", "latency_ms",
    ]  # fmt: skip
    first, second = fields["documents"]
    assert first["mentioned"] is True
    assert first["citation"]["quote"] == found.citations[0].quote
    assert (second["mentioned"], second["citation"]) == (False, None)
    table = comparison_text(found)
    assert "Jobs and machines" in table
    assert "9.8 million" in table
    assert table.splitlines()[-1].split("  ")[0] == "Plan nacional"
    assert table.endswith("no mention found")
    assert max(map(len, table.splitlines())) <= 96
    spanish = comparison_text(qa.compare("¿Cuántas personas participaron en la consulta?"))
    assert spanish.endswith("no se halló mención")


@pytest.mark.model
def test_off_topic_is_mentioned_nowhere(
    build: Callable[..., BuildReport], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    encoder = SentenceEncoder.load()
    build(encoder=encoder)
    qa = StrategyQA.open(settings=settings, encoder=encoder)
    assert qa.compare("How long should I boil an egg?").found == ()
    assert [m.document_id for m in qa.compare("consulta nacional").found] == ["plan"]
    where = ["--corpus", str(settings.corpus), "--index", str(settings.index)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["strategy-qa", "compare", "jobs", *where, "--json"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    assert not ended.value.code
    fields = json.loads(capsys.readouterr().out)
    assert fields["documents"][0]["document_id"] == "jobs"
