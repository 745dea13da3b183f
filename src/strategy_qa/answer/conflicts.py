"""Conflicts: sentences of different documents that give different figures for the same thing.

Better none than a false one: two figures conflict only where nothing tells what they are said of
apart, neither a word nor a year nor a place, and no rounding brings them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from strategy_qa.answer.dates import years_in
from strategy_qa.answer.evidence import all_forms
from strategy_qa.answer.expects import Kind, kind_asked_for
from strategy_qa.answer.extractive import Sentence, in_order, stretched
from strategy_qa.answer.figures import Measure
from strategy_qa.answer.places import places_in
from strategy_qa.answer.statements import Statement, Word, statements
from strategy_qa.index import Index
from strategy_qa.types import Span

_RIVALS = 24  # sentences, best first, that may contradict one of the answer
# A word and its translation in sentences that say the same have a cosine of 0.86 to 0.97 with the
# packaged encoder, words of the same kind ("nurses", "doctors") up to 0.85 across languages; within
# one language up to 0.94, so there only stems count.
_TRANSLATED = 0.86
_AGENT = 4  # words at the head of a sentence that may say who did what the other only dates
# Words of one language, or of both, that do not tell two things apart.
_ALIKE = """
    ai ia
    present presents presented unveiled presentar presento presentada presentado presentaron conocer
    found founded establish established create created born emerged fundar fundo fundada fundado
    job jobs empleo empleos
    expert experts specialist specialists experto expertos especialista especialistas
    company companies firm firms empresa empresas compania companias
    institution institutions institucion instituciones
    begin began start started empezar empezo comenzar comenzo iniciar inicio
    """
_ALSO_FOUNDED = "crear creo creada creado surgir surgio nacer nacio constituyo constituida"
_GROUPS = {word: i for i, group in enumerate(_ALIKE.split("\n")) for word in group.split()}
_GROUPS |= dict.fromkeys(_ALSO_FOUNDED.split(), _GROUPS["founded"])
# What narrows or changes a thing without naming another: not the same thing any more.
_SCOPE_WORDS = """
    draft first second third initial final update updated new old preliminary pilot phase stage
    version edition annual yearly monthly weekly daily average median only another other each plan
    plans planned aim aims goal target expect expected forecast propose proposed future former
    original previous next last minimum maximum per half some least re again reissued
    borrador primera primer primero segunda segundo tercera inicial final actualizada actualizado
    actualizo nueva nuevo vieja preliminar piloto fase etapa version edicion anual mensual semanal
    diario promedio media mediana solo otra otro cada plan planes preve prevista previsto meta
    objetivo espera esperada proponer propone futura futuro anterior original previa previo proxima
    ultima minimo maximo mitad
    """
_SCOPE = frozenset(_SCOPE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Statements of different documents that differ; the first is the answer's own."""

    statements: tuple[Statement, ...]


def disagreements(
    index: Index,
    question: str,
    chosen: Sequence[Sentence],
    pool: Sequence[Sentence],
    *,
    translated: bool,
) -> tuple[Disagreement, ...]:
    """What the best sentences of a pool say otherwise than those chosen from it.

    Args:
        index: the build they stand in.
        question: where it asks for a number or a date, only that counts.
        chosen: the sentences of the answer.
        pool: every sentence that competed, best first.
        translated: whether the encoder's word vectors can be trusted across languages.
    """
    kind = kind_asked_for(question)
    asked = all_forms([question])
    said = _single(chosen, pool)
    own = [s for sentence in said for s in statements(index, sentence) if _counts(s, kind)]
    if not own:
        return ()
    rivals = [
        s for sentence in pool[:_RIVALS] for s in statements(index, sentence) if _counts(s, kind)
    ]
    found: list[Disagreement] = []
    told: set[tuple[str, Span]] = set()
    for statement in own:
        if (statement.document_id, statement.written) in told:
            continue
        against: dict[str, Statement] = {}
        for rival in rivals:
            if _differ(statement, rival, asked, translated=translated):
                against.setdefault(rival.document_id, rival)
        if against:
            found.append(Disagreement((statement, *against.values())))
            told.update((s.document_id, s.written) for s in found[-1].statements)
    return tuple(found)


def with_rivals(
    index: Index, chosen: Sequence[Sentence], found: Sequence[Disagreement]
) -> tuple[Sentence, ...]:
    """The sentences of an answer and those that contradict it, as an answer orders them."""
    if not found:
        return tuple(chosen)
    rivals = [stretched(index, s.sentence) for each in found for s in each.statements]
    return in_order(index, [*chosen, *rivals])


def _single(chosen: Sequence[Sentence], pool: Sequence[Sentence]) -> list[Sentence]:
    """The sentences of an answer one by one: a quote may have been stretched over several."""
    said: list[Sentence] = []
    for quote in chosen:
        document_id = quote.match.row.chunk.document_id
        inside = [
            s
            for s in pool
            if s.match.row.chunk.document_id == document_id and quote.span.contains(s.span)
        ]
        said += inside or [quote]
    return said


def _counts(statement: Statement, kind: Kind) -> bool:
    """Whether a question of some kind can be answered by a figure, and only by this one."""
    dated = statement.figure.measure is Measure.DATE
    wanted = dated if kind is Kind.DATE else kind is not Kind.NUMBER or not dated
    return wanted and not statement.doubtful


def _differ(a: Statement, b: Statement, asked: frozenset[str], *, translated: bool) -> bool:
    """Whether two statements give figures that lie apart for what nothing tells apart."""
    if a.document_id == b.document_id or a.figure.measure is not b.figure.measure:
        return False
    if a.figure.currency != b.figure.currency or not a.figure.apart(b.figure):
        return False
    if _other_time(a, b) or _other_place(a, b):
        return False
    met = _met(a, b, translated=translated)
    if not met.any() or not _same_unit(a, b, met):
        return False
    left_a = _left(a, np.asarray(met.any(axis=1)), b)
    left_b = _left(b, np.asarray(met.any(axis=0)), a)
    if not left_a and not left_b:
        return True
    if a.figure.measure is not Measure.DATE or (left_a and left_b):
        return False
    return _is_agent(left_a or left_b, a if left_a else b, asked)


def _other_time(a: Statement, b: Statement) -> bool:
    """Whether they are said of different years or lengths of time, or only one of a year."""
    if a.lasting and b.lasting and a.lasting.isdisjoint(b.lasting):
        return True
    if bool(a.years) != bool(b.years):
        return True
    now, then = (s.years or years_in(s.around) for s in (a, b))
    return bool(now and then) and now.isdisjoint(then)


def _other_place(a: Statement, b: Statement) -> bool:
    here, there = a.places, b.places
    if here and there and here.isdisjoint(there):
        return True
    return here != there and places_in(a.sentence.text) != places_in(b.sentence.text)


def _met(a: Statement, b: Statement, *, translated: bool) -> NDArray[np.bool_]:
    """Which words of two statements are the same, shape (words of a, words of b)."""
    same = np.zeros((len(a.words), len(b.words)), dtype=bool)
    for i, one in enumerate(a.words):
        same[i] = [_alike(one, other) for other in b.words]
    if translated and a.language != b.language and same.size:
        cosines = a.vectors @ b.vectors.T
        nearest = (cosines == cosines.max(axis=1, keepdims=True)) & (
            cosines == cosines.max(axis=0, keepdims=True)
        )
        same |= nearest & (cosines >= _TRANSLATED)
    return same


def _alike(one: Word, other: Word) -> bool:
    if not one.forms.isdisjoint(other.forms):
        return True
    group = _GROUPS.get(one.text)
    return group is not None and group == _GROUPS.get(other.text)


def _left(of: Statement, met: NDArray[np.bool_], other: Statement) -> list[Word]:
    """The words of a statement that the other has neither in its sentence nor above it."""
    around = _forms_above(other.around)
    return [
        word
        for word, there in zip(of.words, met, strict=True)
        if not there and word.forms.isdisjoint(around)
    ]


@lru_cache(maxsize=512)
def _forms_above(around: str) -> frozenset[str]:
    return all_forms([around])


def _same_unit(a: Statement, b: Statement, met: NDArray[np.bool_]) -> bool:
    """Whether the words right after two counts are the same, as far as both have some."""
    if a.figure.measure is not Measure.COUNT or not (a.unit and b.unit):
        return True
    return bool(met[np.ix_(a.unit, b.unit)].any())


def _is_agent(left: Sequence[Word], of: Statement, asked: frozenset[str]) -> bool:
    """Whether what one sentence has more is only who did it, at its head."""
    first = min((word.start for word in of.words if word not in left), default=0)
    return (
        len(left) <= _AGENT
        and all(word.start < first for word in left)
        and not any(word.text in _SCOPE or not word.forms.isdisjoint(asked) for word in left)
        and not places_in(" ".join(word.text for word in left))
    )
