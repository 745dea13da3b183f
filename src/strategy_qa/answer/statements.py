"""What a sentence states of a figure: the words, years and places it is said of.

A row of a table states each of its cells by itself, with the row's name and the column's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from strategy_qa.answer.dates import read_dates, years_in
from strategy_qa.answer.evidence import all_forms, word_forms
from strategy_qa.answer.extractive import Sentence
from strategy_qa.answer.figures import SPELT, Figure, Measure, read_numbers
from strategy_qa.answer.places import places_in
from strategy_qa.index import Index
from strategy_qa.index.dense import Matrix
from strategy_qa.text import fold
from strategy_qa.types import BlockKind, Span

_CELL = re.compile(r"(?P<name>[^:;\[\]]{1,80}): (?P<value>[^;\[\]]+)")
# Words that tell how something is said or counted, not of what: they may differ freely.
_LIGHT_WORDS = """
    take took taken taking part give gave given giving opinion opinions view views voice say said
    says according report reports reported study studies count counts counted estimate estimates
    estimated calculate calculated figure figures total totals number numbers amount amounts sum
    reach reached reaches have had held hold gather gathered draw drew drawn involve involved
    participate participated participants participant participation join joined attend attended
    respond responded belong belongs member members affect affected affects could can may might
    time year years currently now today already later country national nationally official document
    people person persons thus put puts set make made makes
    participar participo participaron participantes participante participacion opinar opino
    opinaron opiniones opinion parte dar dio dieron tomar tomo tomaron tomaban decir dice
    dijo dicen segun informe informes informo estudio estudios contar cuenta conto contaron estimar
    estima estimo estiman calcula calculo calculan cifra cifras total totales numero suma sumo
    sumaron alcanzar alcanza alcanzo alcanzaron tener tiene tenia tuvo reunir reunio reunieron
    acudir acudieron asistir asistieron responder respondieron pertenecer pertenecen miembro
    miembros afectar afecta poder podria podrian puede pueden vez ano anos actualmente hoy ya pais
    nacional oficial documento personas persona gente hizo hacer hacen ser fue fueron haber hubo hay
    million millions billion billions trillion trillions thousand thousands millon millones billon
    billones mil miles percent cent ciento percentage share porcentaje proporcion almost nearly
    about around over casi cerca alrededor mas dollars dollar dolares pesos euros us usd mxn
    """
_LIGHT = frozenset(_LIGHT_WORDS.split())
# A report that speaks of itself ("the survey reached…"): another report has another survey.
_ITSELF = re.compile(
    r"(?<!according to )(?<!in )(?<!segun )(?<!en )(?<!por )"
    r"\b(?:the|this|its|our|el|la|este|esta|su) (?:report|study|survey|paper|article|brief|review"
    r"|authors|informe|estudio|encuesta|articulo|texto|resumen|autores)\b"
    r"(?! (?:\w+ )?(?:says?|said|predicts?|estimates?|counts?|calculates?|finds?|found|states?"
    r"|puts?|gives?|dice|senala|predice|estima|cuenta|calcula|afirma|indica|sostiene|asegura"
    r"|da)\b)"
)
_MAYBE = re.compile(rf"\d|\b(?:{'|'.join(SPELT)})\b", re.IGNORECASE)  # holds a figure
_TIMES = {
    "year": "y", "years": "y", "ano": "y", "anos": "y", "month": "m", "months": "m", "mes": "m",
    "meses": "m", "week": "w", "weeks": "w", "semana": "w", "semanas": "w", "day": "d",
    "days": "d", "dia": "d", "dias": "d", "hour": "h", "hours": "h", "hora": "h", "horas": "h",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a statement."""

    text: str  # folded
    forms: frozenset[str]  # its stems in both languages
    start: int  # in the document


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure of a sentence with what it is said of."""

    sentence: Sentence
    figure: Figure
    written: Span  # the figure, in the document
    words: tuple[Word, ...]  # that tell of what, without figures
    unit: tuple[int, ...]  # of `words`, by place: what is counted
    vectors: Matrix  # of `words`, (words, d)
    years: frozenset[int]  # in which it held, a date that is the figure itself aside
    lasting: frozenset[str]  # "15 y": the times it names
    around: str  # title and headings
    places: frozenset[str]  # of which it is said: those it names, else those of title and headings
    doubtful: bool  # another figure of the sentence might be the one, or the text is its subject

    @property
    def document_id(self) -> str:
        """The document that states it."""
        return self.sentence.match.row.chunk.document_id

    @property
    def language(self) -> str:
        """Of the sentence."""
        return self.sentence.match.row.chunk.language


def statements(index: Index, sentence: Sentence) -> Iterator[Statement]:
    """Every figure that a sentence states, in order, but for lengths of time."""
    document = index.store.document(sentence.match.row.chunk.document_id)
    row = document.block_at(sentence.span.start).kind is BlockKind.TABLE
    whole = [(sentence.span, sentence.span)]
    for subject, part in _cells(document.text, sentence.span) if row else whole:
        yield from _of_part(sentence, document.text, subject, part)


def _cells(text: str, row: Span) -> Iterator[tuple[Span, Span]]:
    """Of each cell with a name but the first: the first cell's value, and the cell."""
    cells = list(_CELL.finditer(text, row.start, row.end))
    for cell in cells[1:]:
        yield Span(*cells[0].span("value")), Span(*cell.span())


def _of_part(sentence: Sentence, text: str, subject: Span, part: Span) -> Iterator[Statement]:
    said = part.of(text)
    if not _MAYBE.search(said):
        return
    dates = read_dates(said)
    numbers = [
        number
        for number in read_numbers(said, sentence.match.row.chunk.language)
        if not any(number.span.overlaps(date.span) for date in dates)
    ]
    if not dates and not numbers:
        return
    units = {id(number): _unit_forms(said, number) for number in numbers}
    lasting = frozenset(filter(None, (_time(said, number) for number in numbers)))
    written = [_moved(figure.span, part.start) for figure in (*dates, *numbers)]
    words, vectors = _words(sentence, text, {subject, part}, written)
    counted = [_moved(number.unit, part.start) for number in numbers if number.unit]
    itself = bool(_ITSELF.search(fold(said)))
    around = " ".join((sentence.match.hit.source.title, *sentence.match.hit.chunk.headings))
    places = places_in(sentence.text) or places_in(around)
    for figure in (*dates, *numbers):
        if _time(said, figure):
            continue
        rivals = [
            other
            for other in (dates if figure.measure is Measure.DATE else numbers)
            if other is not figure and other.measure is figure.measure and not _time(said, other)
            and _may_count_the_same(units.get(id(figure)), units.get(id(other)))
        ]  # fmt: skip
        others = " ".join(date.span.of(said) for date in dates if date is not figure)
        unit = _moved(figure.unit, part.start) if figure.unit else Span(0, 0)
        dated = figure.measure is Measure.DATE  # "in 2016 by ten institutions": these go together
        kept = [i for i, word in enumerate(words) if not dated or not _inside(word, counted)]
        yield Statement(
            sentence,
            figure,
            _moved(figure.span, part.start),
            tuple(words[i] for i in kept),
            tuple(n for n, i in enumerate(kept) if unit.start <= words[i].start < unit.end),
            vectors[kept],
            years_in(others if dated or subject == part else f"{subject.of(text)} {said}"),
            lasting,
            around,
            places,
            doubtful=bool(rivals) or itself,
        )


def _inside(word: Word, spans: list[Span]) -> bool:
    return any(span.start <= word.start < span.end for span in spans)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _unit_forms(said: str, number: Figure) -> frozenset[str]:
    return all_forms([number.unit.of(said)]) if number.unit else frozenset()


def _may_count_the_same(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return not one or not other or not one.isdisjoint(other)


def _time(said: str, figure: Figure) -> str:
    """A length of time ("15 y") that a count is, or nothing."""
    if not figure.unit:
        return ""
    first = fold(figure.unit.of(said)).split()[0]
    return f"{figure.ranges[0][0]:g} {_TIMES[first]}" if first in _TIMES else ""


def _words(
    sentence: Sentence, text: str, parts: set[Span], figures: list[Span]
) -> tuple[tuple[Word, ...], Matrix]:
    """The telling words of some parts of a passage, and their vectors."""
    match = sentence.match
    shift = match.row.chunk.span.start - match.words.start
    found: list[Word] = []
    rows: list[int] = []
    for i, span in enumerate(match.words.spans):
        place = _moved(span, shift)
        if span.start < match.words.start or not any(part.contains(place) for part in parts):
            continue
        written = place.of(text)
        light = fold(written) in _LIGHT or not any(c.isalpha() for c in written)
        if not light and not any(place.overlaps(figure) for figure in figures):
            found.append(Word(fold(written), word_forms(written), place.start))
            rows.append(i)
    return tuple(found), match.words.vectors[rows]
