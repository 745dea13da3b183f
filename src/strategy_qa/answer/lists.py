"""Lists and tables as answers: does a question ask for one, and what is the whole of it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from strategy_qa.answer.expects import ASKING
from strategy_qa.chunk import block_sentences
from strategy_qa.text import fold
from strategy_qa.types import Block, BlockKind, Document, Span

_ITEMS = (BlockKind.LIST_ITEM, BlockKind.TABLE)
_LONGEST = 40  # items; a longer list is a register, not an answer
_NUMERALS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "dos": 2,
    "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
    "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciseis": 16, "diecisiete": 17,
    "dieciocho": 18, "diecinueve": 19, "veinte": 20, "both": 2, "ambos": 2, "ambas": 2,
}  # fmt: skip
_NUMERAL = rf"(?:{'|'.join(_NUMERALS)}|[2-9]|1[0-9])"
# Words between a question word and its noun that make it another question, or no plural.
_NOT = (
    r"(?!(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|may|must|the|an?"
    r"|this|that|these|those|its|his|if|happens|means|makes|says|status|address|process|business"
    r"|gas|basis|focus|bias|access|progress|series|es|dias|tenemos|podemos|debemos|hacemos)\b)"
)
_ASKED = r"(?:what|who|whom|whose|when|why|how|cual(?:es)?|quien(?:es)?|cuando|cuant[oa]s?)"
_MORE = (
    r"(?:of|in|for|from|to|that|which|where|with|by|about|on|at|under|behind|named|de|del|en|para"
    r"|que|con|por|sobre|segun|donde|a|y|and|or)"
)
_PLURAL = rf"(?!(?:antes|despues|ademas|menos|mas|entonces|dos|tres|seis)\b){_NOT}[\w-]{{3,}}s\b"
# On folded text. A plural after the question word is what tells a list from a single fact.
_ASKS = re.compile(
    rf"\b(?:what|which) (?:are|were)\b|\b(?:what|which) (?:other )?"
    rf"(?:{_NOT}[\w'’-]+ ){{0,2}}{_NOT}[\w-]+s\b|\bwhat else\b"
    r"|\bwhat\b.*\b(?:consists?|made up|composed) of\b"
    rf"|\b(?:list|enumerate|name) (?:the|all|every|both)\b|\bcuales\b"
    rf"|(?:^|[¿,;.] ?|\b(?:en|con|de|a|por|sobre|para) )que (?:{_NOT}\w+ ){{0,1}}{_NOT}\w+[aeo]s\b"
    r"|\b(?:enumera|enumere|lista|listado|menciona|mencione|nombra)\b"
    r"|\brelacion (?:completa )?de (?:los|las|todos|todas)\b|\b(?:what|which) advice\b|\bwho else\b"
    r"|\bde que (?:\w+ )*?(?:const|se compon|se integr)\w+\b"
    rf"|(?<!\bwhich of )(?<!\bone of )(?<!\bcual de )\b(?:the|los|las) {_NUMERAL} \w+"
    r"|\b(?:both|ambos|ambas)\b|\bwho (?:are|were)\b|\bquienes (?:son|fueron)\b"
    # A query that opens with a plural, or soon comes to one that more is said of: "principios IA
    # gobierno federal", "official advisors of the council".
    rf"|^(?!(?:\w+ )*(?:{ASKING}|is|are|does|did)\b){_PLURAL}(?: [\w-]+){{1,7}}$"
    rf"|^(?!.*(?:[?¿]|\b{_ASKED}\b))(?:(?:the|all|every|los|las|todos|todas) )*"
    rf"(?:{_NOT}(?!{_MORE}\b)[\w'’-]+ ){{0,2}}{_PLURAL}(?=,|:? ?$| {_MORE}\b)"
)
# "Which five…", "what are the five…", "cuáles son las cinco…": the number of what is asked for, not
# one that only describes it ("who leads the six groups").
_COUNTED = re.compile(
    rf"(?:\b(?:what|which|que|cuales|list|name|enumerate|enumera|enumere|menciona|mencione|nombra"
    r"|lista|dime|digame|agradecere|agradeceria|necesito|need|want|names of|list of|nombres de"
    r"|lista de)\b|^|[:;] )"
    rf"(?: ?\b(?:are|were|son|fueron|the|los|las|all|sus|its|those)\b)*"
    rf" ?\b({_NUMERAL}) (?!(?:years?|months?|weeks?|days?|times|anos|mes(?:es)?|semanas|dias"
    r"|veces)\b)"
)
# "Two laboratories", "tres retos": how many things a sentence is about to name, no time or sum, nor
# what was named before ("the two", "both").
_ANNOUNCES = re.compile(
    rf"(?<!\bthe )(?<!\blos )(?<!\blas )\b(?!both|amb)({'|'.join(_NUMERALS)}) "
    r"(?!(?:years?|months?|weeks?|days?|hours?|minutes?|times|of|and|or"
    r"|per|million|anos?|mes(?:es)?|semanas?|dias?|horas?|minutos?|veces|de|mil(?:lones)?|y|o|por)\b)"
    r"(?:[\w-]+ )?[\w-]{2,}s\b"
)
_EACH = re.compile(r"\b(?:each|every|respectively|cada (?:un[oa]|quien|\w+)|respectivamente)\b")
_MOST = re.compile(r"\b(?:most|highest|largest|biggest|greatest|top|mayor(?:es)?|mas)\b(?! de \d)")
_LEAST = re.compile(r"\b(?:least|fewest|lowest|smallest|bottom|menor(?:es)?|menos)\b(?! de \d)")
# "a, b and c", "a; b; y c": items that a sentence enumerates.
SEPARATOR = re.compile(r"[,;] (?:and |or |y |e |o |u )?|(?<=\w) (?:and|or|y|e|o|u) ")
_CELL = re.compile(r"[^:;\[\]]{1,80}: (?P<value>[^;\[\]]+)(?=;)")
_NUMBER = re.compile(r"\(?(\d{1,2})[.)]")  # of a list item
_INTERRUPTED = 25  # blocks that may stand between two items of a numbered list
_FEWEST = 3  # items of a sentence that enumerates
_ITEM_WORDS = 9  # of an item between two others
_CLAUSE = re.compile(r"(?:which|who|whose|that|where|when|que|quien|cuyo|cuya|donde|cuando)\b")


def number_asked_for(question: str) -> int | None:
    """The number of things a question asks for ("which six groups", "cinco acciones"), if any."""
    found = _COUNTED.search(fold(question))
    return (_NUMERALS.get(found[1]) or int(found[1])) if found else None


def asks_for_each(question: str) -> bool:
    """Whether the wording asks the same of several things: "each", "cada uno"."""
    return bool(_EACH.search(fold(question)))


def superlatives(text: str) -> tuple[bool, bool]:
    """Whether a text speaks of the highest ("most", "mayores"), and whether of the lowest."""
    folded = fold(text)
    return bool(_MOST.search(folded)), bool(_LEAST.search(folded))


def opposite(question: str, text: str) -> bool:
    """Whether one speaks of the highest and the other of the lowest."""
    asked, said = superlatives(question), superlatives(text)
    return (asked == (True, False) and said[1]) or (asked == (False, True) and said[0])


def announced(sentence: str) -> int:
    """How many things a sentence says there are ("Two laboratories appear…"); 0 where it does not.

    The last of several: "the three steps gave the country two distinctions".
    """
    found = _ANNOUNCES.findall(fold(sentence))
    return _NUMERALS[found[-1]] if found else 0


def items_in(sentence: str) -> int:
    """How many things a sentence enumerates ("a, b and c"; "two goals: a and b"); else 0."""
    opening, colon, rest = sentence.partition(": ")
    if colon and rest and (count := announced(opening)):
        return count
    if (parts := sentence.count("; ") + 1) >= _FEWEST:
        return parts
    # Of the longest run of short parts that ends with "and c".
    best, cuts = 0, list(SEPARATOR.finditer(sentence))
    run = 0  # parts between two separators, one after the other
    for before, cut in pairwise(cuts):
        between = sentence[before.end() : cut.start()]
        short = len(between.split()) <= _ITEM_WORDS and not _CLAUSE.match(between)
        run = run + 1 if short else 0
        if run and cut.group().strip(" ,;"):
            best, run = max(best, run + 2), 0
    return best


def asks_for_list(question: str) -> bool:
    """Whether the wording asks for several things: "which five…", "cuáles son las…"."""
    return bool(_ASKS.search(fold(question))) or number_asked_for(question) is not None


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A list or a table of a document."""

    lead_in: Span | None  # the sentence right before it
    items: tuple[Span, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """The lead-in, then every item."""
        return (self.lead_in, *self.items) if self.lead_in else self.items


def row_label(text: str, row: Span) -> Span:
    """The value of the first cell of a table row ("Manufacturing"), the row where it names none."""
    first = _CELL.match(text, row.start, row.end)
    return Span(*first.span("value")) if first else row


def list_around(document: Document, span: Span) -> Enumeration | None:
    """The list or table that `span` belongs to or leads into.

    None where there is none, where it has one item only, or where it is longer than an answer.
    """
    blocks = document.blocks
    at = bisect_right(blocks, span.start, key=lambda block: block.span.start) - 1
    if at < 0:
        return None
    if blocks[at].kind not in _ITEMS:
        last = block_sentences(document.text, blocks[at])[-1]
        at = _next(blocks, at, 1)
        if span.end < last.end or at >= len(blocks):
            return None
    kind = blocks[at].kind
    if kind not in _ITEMS:
        return None
    first = last_ = at
    while (before := _next(blocks, first, -1)) >= 0 and blocks[before].kind is kind:
        first = before
    while (after := _next(blocks, last_, 1)) < len(blocks) and blocks[after].kind is kind:
        last_ = after
    found = [b for b in blocks[first : last_ + 1] if b.kind is kind]
    if kind is BlockKind.LIST_ITEM:
        earlier, later = _resumed(document, first, -1), _resumed(document, last_, 1)
        found = [*(blocks[i] for i in earlier[::-1]), *found, *(blocks[i] for i in later)]
        first = min(earlier, default=first)
    items = _items(document.text, found)
    if not 2 <= len(items) <= _LONGEST:
        return None
    return Enumeration(_lead_in(document.text, blocks, first), tuple(items))


def _resumed(document: Document, at: int, step: int) -> list[int]:
    """The places of the items with which a numbered list goes on beyond what interrupts it.

    That may be a table, a figure or notes. `at` is its last item, or its first with a `step` of -1.
    """
    found: list[int] = []
    number = _number(document, document.blocks[at])
    place = at + step
    while number and 0 <= place < len(document.blocks) and abs(place - at) <= _INTERRUPTED:
        block = document.blocks[place]
        if block.kind is BlockKind.HEADING:
            break
        if block.kind is BlockKind.LIST_ITEM:
            if _number(document, block) != number + step:
                break
            number, at = number + step, place
            found.append(place)
        place += step
    return found


def _number(document: Document, block: Block) -> int:
    """With which an item opens ("3."), else 0."""
    found = _NUMBER.match(document.text, block.span.start, block.span.end)
    return int(found[1]) if found else 0


def _next(blocks: Sequence[Block], at: int, step: int) -> int:
    """The place of the next block before or after one, running headers and footers aside."""
    at += step
    while 0 <= at < len(blocks) and blocks[at].kind is BlockKind.BOILERPLATE:
        at += step
    return at


def _items(text: str, blocks: Sequence[Block]) -> list[Span]:
    return [
        span
        for block in blocks
        for span in (
            block_sentences(text, block) if block.kind is BlockKind.TABLE else (block.span,)
        )
    ]


def _lead_in(text: str, blocks: Sequence[Block], first: int) -> Span | None:
    """The last sentence of the paragraph or caption right before a list."""
    before = _next(blocks, first, -1)
    if before < 0 or blocks[before].kind not in (BlockKind.PARAGRAPH, BlockKind.CAPTION):
        return None
    return block_sentences(text, blocks[before])[-1]
