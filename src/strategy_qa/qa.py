"""`StrategyQA`: the wiring of index, encoder, search and answer, and the class most users touch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from copy import copy
from functools import partial
from pathlib import Path

from strategy_qa.answer import Evidence, answer_from, read_pool, sentences_from
from strategy_qa.answer.comparing import compared, subject_of
from strategy_qa.encode import Encoder
from strategy_qa.errors import QuestionError
from strategy_qa.followups import complete
from strategy_qa.index import Index
from strategy_qa.index.live import LiveIndex
from strategy_qa.languages import question_language
from strategy_qa.many import Answers, Ask
from strategy_qa.question import Asked, check_encoder, check_question, understand
from strategy_qa.search import Match, search
from strategy_qa.settings import Settings
from strategy_qa.status import IndexStatus, status_of
from strategy_qa.together import SharedEncoder
from strategy_qa.types import Answer, Comparison, Document, Documents, Filters, Hits, Mode


class StrategyQA:
    """Answers questions from an index; safe to share between threads.

    A new build is taken up between two questions, without a restart.
    """

    def __init__(
        self, index: Index, encoder: Encoder, *, settings: Settings, folder: Path | None = None
    ) -> None:
        """Answer from an open index; with its `folder`, from what is published there next."""
        self.encoder = encoder
        self.settings = settings
        self._live = LiveIndex(index, folder=folder, check=partial(check_encoder, encoder=encoder))

    @classmethod
    def open(
        cls,
        index: Path | str | None = None,
        *,
        settings: Settings | None = None,
        encoder: Encoder | None = None,
    ) -> StrategyQA:
        """Open the index in a folder, by default `index/` or what the settings say.

        Raises:
            IndexMissingError: nothing has been built there.
            IndexCorruptError: a file of it was altered.
            IndexMismatchError: it was built with another encoder.
        """
        settings = settings or Settings.load()
        folder = Path(index) if index is not None else settings.index
        opened = Index.open(folder)
        if encoder is None:
            from strategy_qa.encode import SentenceEncoder

            encoder = SentenceEncoder.load(settings.encoder.model)
        check_encoder(opened, encoder)
        return cls(opened, encoder, folder=folder, settings=settings)

    def ask(
        self,
        question: str,
        *,
        language: str | None = None,
        filters: Filters | None = None,
        k: int | None = None,
        after: Sequence[str] = (),
        found: Callable[[Hits], None] | None = None,
    ) -> Answer:
        """Answer one question from the documents, or abstain.

        Args:
            question: in English or Spanish.
            language: look only at passages in this language ("en", "es").
            filters: which documents to look at.
            k: passages returned as `hits`.
            after: earlier questions of the conversation, oldest first; a question that leans on
                them ("and in 2020?") is completed from them, and `Answer.searched` says how.
            found: called with the hits as soon as they are known, before sentences are chosen.

        Raises:
            QuestionError: the question is empty or too long.
        """
        started = time.perf_counter()
        check_question(question)
        searched = complete(question, after)
        asked, matches = self._find(searched, language, filters, k)
        if found:
            found(Hits(match.hit for match in matches))
        claims, trust, conflicts = answer_from(
            asked,
            matches,
            encoder=self.encoder,
            sentences=self.settings.answer.sentences,
            threshold=self.settings.answer.threshold,
        )
        return Answer(
            question=question,
            searched=searched,
            claims=claims,
            abstained=not claims,
            confidence=round(trust, 4),
            hits=tuple(match.hit for match in matches),
            mode=Mode.EXTRACTIVE,
            index_build=asked.index.manifest.build,
            encoder=self.encoder.name,
            language=asked.language,
            latency_ms=round((time.perf_counter() - started) * 1000, 1),
            conflicts=conflicts,
        )

    def ask_many(
        self,
        questions: Iterable[str],
        *,
        language: str | None = None,
        filters: Filters | None = None,
        k: int | None = None,
        progress: bool = False,
    ) -> Answers:
        """Answer many questions in order; the first bad one raises when its turn comes.

        Some are answered at a time, from the build live at the start; the same questions in order
        give the same answers, `latency_ms` aside. `progress` shows a bar on stderr.
        """
        total = len(questions) if isinstance(questions, Sized) else None
        answers = self.ask_each((Ask(each, language, filters) for each in questions), k=k)
        return Answers(answers, progress=progress, total=total)

    def ask_each(
        self, asked: Iterable[Ask], *, k: int | None = None
    ) -> Iterator[Answer | QuestionError]:
        """Answer many questions with filters of their own; a bad one yields its error."""
        shared = SharedEncoder(self.encoder)
        fixed = self.pinned().with_encoder(shared)

        def answer(each: Ask) -> Answer | QuestionError:
            try:
                return fixed.ask(each.question, language=each.language, filters=each.filters, k=k)
            except QuestionError as error:
                return error

        return shared.together(partial(answer, each) for each in asked)

    def with_encoder(self, encoder: Encoder) -> StrategyQA:
        """The same over the same live build, with an encoder that stands for its own."""
        same = copy(self)
        same.encoder = encoder
        return same

    def pinned(self) -> StrategyQA:
        """The same over the build that is live now, whatever is published later."""
        return StrategyQA(self._live.get(), self.encoder, settings=self.settings)

    def search(
        self,
        query: str,
        *,
        k: int | None = None,
        language: str | None = None,
        filters: Filters | None = None,
    ) -> Hits:
        """The passages nearest to a query, best first; arguments and errors as in `ask`."""
        _, matches = self._find(query, language, filters, k)
        return Hits(match.hit for match in matches)

    def evidence(self, question: str, *, k: int | None = None) -> Evidence:
        """What `ask` would choose from, silent or not: for measuring; errors as in `ask`."""
        asked, matches = self._find(question, None, None, k)
        pool, _ = read_pool(asked, matches, encoder=self.encoder)
        limit = self.settings.answer.sentences
        chosen, _ = sentences_from(asked, pool, encoder=self.encoder, limit=limit)
        return Evidence(asked.index, pool, chosen)

    @property
    def index(self) -> Index:
        """The build that answers now."""
        return self._live.get()

    def document(self, document_id: str) -> Document:
        """A document of the index with its whole text; KeyError when there is none."""
        return self._live.get().store.document(document_id)

    def documents(self) -> Documents:
        """The source of every document in the index, by document id."""
        return Documents(self._live.get().store.sources())

    def status(self) -> IndexStatus:
        """Which build answers, and what was left out of it."""
        return status_of(self._live.get())

    def compare(
        self, question: str, *, language: str | None = None, filters: Filters | None = None
    ) -> Comparison:
        """What each document says on a question; arguments and errors as in `ask`.

        The documents that mention it come first, the nearest on top, each with its best sentence.
        """
        started = time.perf_counter()
        spoken = question_language(question, default="") or language
        asked = self._understand(subject_of(question), language, filters, spoken)
        return Comparison(
            question=question,
            mentions=compared(asked, self.encoder),
            index_build=asked.index.manifest.build,
            encoder=self.encoder.name,
            language=asked.language,
            latency_ms=round((time.perf_counter() - started) * 1000, 1),
        )

    def _find(
        self, question: str, language: str | None, filters: Filters | None, k: int | None
    ) -> tuple[Asked, tuple[Match, ...]]:
        asked = self._understand(question, language, filters)
        matches = search(
            asked.index, asked.text, asked.vector, asked.words, encoder=self.encoder,
            language=asked.language, filters=asked.filters, k=k or self.settings.search.k,
        )  # fmt: skip
        return asked, matches

    def _understand(
        self,
        question: str,
        language: str | None,
        filters: Filters | None,
        spoken: str | None = None,
    ) -> Asked:
        return understand(
            self.index, self.encoder, question, filters, language=language, spoken=spoken
        )
