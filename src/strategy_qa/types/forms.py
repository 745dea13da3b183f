"""What results can be turned into: JSON, a table, Markdown, BibTeX, Word, a cell of a notebook.

Each form is one line that leads to its writer, which is loaded when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    import pandas

    from strategy_qa.contract import AnswerDict, ComparisonDict, DocumentDict, HitDict
    from strategy_qa.types.answers import Answer, Comparison, Hit
    from strategy_qa.types.documents import Source

Rows = Literal["question", "citation"]


class _Exported:
    """The forms of answers and comparisons; their own words are in `language` or the question's."""

    __slots__ = ()
    language: str

    def to_markdown(self, *, language: str | None = None) -> str:
        """As Markdown, with a numbered list of the places quoted."""
        from strategy_qa.export import to_markdown

        return to_markdown([self._self], language=language or self.language)

    def to_bibtex(self, *, language: str | None = None) -> str:
        """The documents quoted as BibTeX; "" where none is."""
        from strategy_qa.export import to_bibtex

        return to_bibtex([self._self], language=language or self.language)

    def to_docx(self, *, language: str | None = None) -> bytes:
        """The bytes of a Word document, with a numbered list of the places quoted."""
        from strategy_qa.export import to_docx

        return to_docx([self._self], language=language or self.language)

    def _repr_html_(self) -> str:
        """As a notebook shows it."""
        from strategy_qa.export.notebook import asked_html

        return asked_html(self._self)

    @property
    def _self(self) -> Answer | Comparison:
        return cast("Answer | Comparison", self)


class AnswerForms(_Exported):
    """The forms of an answer."""

    __slots__ = ()

    def to_dict(self) -> AnswerDict:
        """As the JSON object that every surface gives out."""
        from strategy_qa.render import answer_dict

        return answer_dict(cast("Answer", self))

    def to_pandas(self, *, by: Rows = "question") -> pandas.DataFrame:
        """One row, or by="citation" one for each citation (one without, where there is none)."""
        from strategy_qa.tables import answers_table

        return answers_table([self.to_dict()], by=by)


class ComparisonForms(_Exported):
    """The forms of a comparison."""

    __slots__ = ()

    def to_dict(self) -> ComparisonDict:
        """As the JSON object that every surface gives out."""
        from strategy_qa.comparison import comparison_dict

        return comparison_dict(cast("Comparison", self))

    def to_pandas(self) -> pandas.DataFrame:
        """A row for each document, with what it says in the columns of a citation."""
        from strategy_qa.tables import comparison_table

        return comparison_table(self.to_dict())


class Hits(tuple["Hit", ...]):
    """The passages of one search, best first."""

    __slots__ = ()

    def to_dict(self) -> list[HitDict]:
        """As the JSON objects that every surface gives out."""
        from strategy_qa.render import hit_dict

        return [hit_dict(hit) for hit in self]

    def to_pandas(self) -> pandas.DataFrame:
        """A row for each passage."""
        from strategy_qa.contract import HIT_FIELDS
        from strategy_qa.tables import table

        return table(self.to_dict(), HIT_FIELDS)

    def _repr_html_(self) -> str:
        """As a notebook shows them."""
        from strategy_qa.export.notebook import hits_html

        return hits_html(self)


class Documents(tuple["Source", ...]):
    """The sources of the documents of an index, by document id."""

    __slots__ = ()

    def to_dict(self) -> list[DocumentDict]:
        """As the JSON objects that every surface gives out."""
        from strategy_qa.render import source_dict

        return [source_dict(source) for source in self]

    def to_pandas(self) -> pandas.DataFrame:
        """A row for each document."""
        from strategy_qa.contract import DOCUMENT_FIELDS
        from strategy_qa.tables import table

        return table(self.to_dict(), DOCUMENT_FIELDS)

    def _repr_html_(self) -> str:
        """As a notebook shows them."""
        from strategy_qa.export.notebook import documents_html

        return documents_html(self)
