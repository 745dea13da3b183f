from __future__ import annotations

import io
from dataclasses import replace
from html.parser import HTMLParser

import docx
import pytest

from strategy_qa.qa import StrategyQA
from strategy_qa.types import Answer, Documents, Hits

JOBS = "How many jobs in manufacturing?"
SILENT = "Who painted the ceiling of the chapel?"


@pytest.fixture
def answer(qa: StrategyQA) -> Answer:
    return qa.ask(JOBS)


def test_an_answer_becomes_the_contract_s_object_and_rows(answer: Answer) -> None:
    assert answer.to_dict()["answer"] == answer.text
    (row,) = answer.to_pandas().to_dict("records")
    assert row["question"] == JOBS
    cited = answer.to_pandas(by="citation")
    assert list(cited["quote"]) == [citation.quote for citation in answer.citations]
    assert str(cited["year"].dtype) == "Int64"
    with pytest.raises(ValueError, match="question or a citation"):
        answer.to_pandas(by="page")  # type: ignore[arg-type]


def test_many_answers_keep_a_row_for_each_question_and_citation(
    qa: StrategyQA, answer: Answer
) -> None:
    frame = qa.ask_many([JOBS, SILENT]).to_pandas(by="citation")
    assert list(frame["question"]) == [JOBS] * len(answer.citations) + [SILENT]
    assert frame["quote"].isna().tolist() == [False] * len(answer.citations) + [True]
    assert len(qa.ask_many([]).to_pandas(by="citation")) == 0
    assert [row["question"] for row in qa.ask_many([JOBS, SILENT]).to_dict()] == [JOBS, SILENT]


def test_answers_and_comparisons_become_documents(qa: StrategyQA, answer: Answer) -> None:
    for asked in (answer, qa.ask_many([JOBS, SILENT]), qa.compare("jobs in manufacturing")):
        markdown = asked.to_markdown()
        assert "Manufacturing; Jobs: 2,809,944" in markdown.replace("\\", "")
    assert "@techreport{jobs," in answer.to_bibtex()
    assert "digest, not the original" in answer.to_bibtex()
    assert "resumen, no es el original" in answer.to_bibtex(language="es")
    assert "@techreport{jobs," in qa.ask_many([SILENT, JOBS]).to_bibtex()
    for word in (answer.to_docx(), qa.ask_many([JOBS]).to_docx()):
        said = [paragraph.text for paragraph in docx.Document(io.BytesIO(word)).paragraphs]
        assert "Sub-sector: Manufacturing; Jobs: 2,809,944 [1]" in said


def test_a_comparison_has_a_row_for_each_document(qa: StrategyQA) -> None:
    compared = qa.compare("automatable jobs in manufacturing")
    frame = compared.to_pandas()
    assert list(frame["document_id"]) == [mention.document_id for mention in compared.mentions]
    assert frame["quote"].notna().tolist() == frame["mentioned"].tolist()
    assert [row["document_id"] for row in compared.to_dict()["documents"]] == ["jobs", "plan"]


def test_passages_and_documents_become_tables(qa: StrategyQA) -> None:
    hits, documents = qa.search("consulta nacional"), qa.documents()
    assert isinstance(hits, Hits)
    assert isinstance(documents, Documents)
    assert list(hits.to_pandas()["document_id"]) == [hit.chunk.document_id for hit in hits]
    assert list(documents.to_pandas()["id"]) == ["jobs", "plan"]
    assert documents.to_dict()[1]["publisher"] == "Gobierno de Ejemplo"
    assert list(Hits().to_pandas().columns) == list(hits.to_pandas().columns)


class _Read(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "


def test_a_notebook_shows_results_and_believes_nothing_in_them(
    qa: StrategyQA, answer: Answer
) -> None:
    evil = "<script>alert(1)</script>&\"'"
    source = replace(
        answer.citations[0].source, title=evil, publisher=evil, url="javascript:alert(1)"
    )
    citation = replace(answer.citations[0], source=source, quote=evil, section=evil)
    hits = Hits(replace(hit, source=source, text=evil) for hit in answer.hits)
    claim = replace(answer.claims[0], text=evil, citations=(citation,))
    results = (
        replace(answer, question=evil, claims=(claim,), language="es"),
        replace(answer, claims=(), abstained=True, hits=hits),
        replace(
            compared := qa.compare(JOBS),
            mentions=(replace(compared.mentions[0], source=source, citation=citation),),
        ),
        hits,
        Documents([replace(source, id=evil)]),
    )
    for result in results:
        read = _Read(result._repr_html_())
        assert evil in " ".join(read.text.split())
        assert "script" not in read.tags
        assert read.links == []
    good = _Read(replace(answer, hits=())._repr_html_())
    assert "2,809,944" in good.text
    web = replace(source, url='https://example.org/?a="b"')
    assert _Read(Documents([web])._repr_html_()).links == [web.url]
