"""Complete a question that leans on the one before: "¿y en 2020?", "what about health?".

Deterministic, and shy: what can stand by itself is left as it is, letter by letter.

1. A pronoun that nothing in the question stands for gets what the question before is about, in
   brackets: "who leads it (the coalition)?".
2. A question word by itself, or with one noun, takes the place of the earlier question word.
3. A fragment ("and in 2020?", "what about health?") takes the place of its like in the question
   before: a year that of a year, a name that of a name, a phrase that of a phrase with the same
   preposition; where there is none it is added.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from strategy_qa.followups.fragments import (
    DETERMINER,
    PREPOSITION,
    is_short,
    names_in,
    plain,
    put,
)
from strategy_qa.languages import question_language
from strategy_qa.text import WORD

_LONGEST = 1_000  # characters of a completed question; beyond it is left as it is
_FEW = 4  # words of a fragment that no "and" opens
_STANDS = 4  # words that tell something, from which "what about …" stands by itself

# All but the names are matched on folded text of the same length (`_plain`).
_OPENING = re.compile(
    r"[\s¿¡]*(?:(?:and|but|or|so|also|ok|okay|y|e|pero|entonces|o)\b[\s,]*)*[\s¿¡]*"
    r"(?:(?:what|how) about\b|what of\b|(?:the )?same (?=for\b|in\b)"
    r"|que hay (?:de|con)\b|que hay (?=sobre\b)|que pasa con\b|que tal\b|lo mismo (?=para\b|en\b)"
    r")?[\s,]*"
)
_ASKING = (
    r"(?:how (?:many|much|long|often|old|far|large|big)|what|which|who|whom|whose|when|where|why"
    r"|how|por que|que|cual(?:es)?|quien(?:es)?|cuando|donde|adonde|como|cuant[oa]s?)"
)
_BEFORE_ASKING = (
    r"(?:(?:since|until|by|from|to|for|in|at|on|with|of|desde|hasta|para|en|a|de|con) )"
)
_ASKS = re.compile(rf"(?P<with>{_BEFORE_ASKING})?(?P<word>{_ASKING})\b")
_WITH_NOUN = re.compile(r"(?:how (?:many|much)|which|what|que|cuant[oa]s?)$")
_VERB_FIRST = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must|hay|es|son"
    r"|fue|fueron|esta|estan|existe|existen|ha|han|puede|pueden|dime|tell|list|explain|give|show"
    r"|explica|enumera|resume|compara|compare|describe)\b"
)
_FUNCTION = frozenset(
    WORD.findall(
        "a an the of in on at for from by with about to and or is are was were be been do "
        "does did has have had can could will would should may it its they their them he she "
        "this that these those there what which who whom whose when where why how many much "
        "long more so then also not else since until el la los las un una unos unas de del en "
        "para por con sobre a al y e o es son fue fueron era eran ser ha han hay se su sus lo "
        "le les que cual cuales quien quienes cuando donde como cuanto cuantos cuanta cuantas "
        "esta estan este esto estos estas ese esa eso esos esas mas desde hasta "
    )
)
_CLAUSE = re.compile(
    r"[,;:]|\b(?:and|or|but|because|if|that|how|what|when|while|where|y|o|pero|si)\b"
)
_PRONOUN = re.compile(
    r"\b(?:it|them|they(?! (?:say|said|recommend|mention|propose))|ellos|ellas|ella|eso|esto"
    r"|(?:that|those|these|ese|esa|esos|esas|dich[oa]s?|este|estos)"
    r" (?!year\b|years\b|month\b|ano\b|anos\b|mes\b|dia\b)[a-z]{4,})\b"
)
_EXPLETIVE = re.compile(r"\bit\b.*\b(?:to|that|if|whether|when)\b\s+\w|\b(?:like|time is) it\b")
_OWNED = re.compile(
    rf"(?:(?:{_ASKING}|how \w+) (?:(?:is|are|was|were|es|son|fue|fueron|era|eran) )?)?"
    r"(?:its|their|sus?)\b(?: \w+)?"
)
_CLITIC = re.compile(
    r"(?:desde |hasta |para )?(?:quien(?:es)?|cuando|donde|como|por que|cuanto)"
    r" (?:lo (?!que\b|mas\b|mejor\b)\w+|(?:la|los|las) \w+(?: ya| hoy)?$)"
)
_NO_SUBJECT = re.compile(
    r"(?:desde |hasta |para )?(?:quien(?:es)?|cuando|donde|como|por que|cuanto) (?:se )?\w+$"
    r"|cuant[oa]s \w+ (?:tiene|tienen|tenia|tenian|son|eran)$|(?:tiene|tienen|incluye) \w+$"
    r"|(?:who|when|where|why) \w+$"
)
_DEFINES = re.compile(
    r"(?:(?:what|who) (?:is|are|was|were)|que (?:es|son|era|fue)|quien(?:es)? (?:es|son|fue|era)"
    r"|tell me about|explain|explica) (?P<what>.+)"
)


def complete(question: str, after: Sequence[str]) -> str:
    """The question as it has to be searched, after others of one conversation, oldest first.

    A question that stands by itself comes back unchanged.
    """
    standing = ""
    for each in (*after, question):
        standing = _complete(each, standing)
    return standing


def _complete(question: str, before: str) -> str:
    text, earlier = " ".join(question.split()), " ".join(before.split()).strip(" ¿?¡!.")
    opened = _OPENING.match(plain(text))
    start = opened.end() if opened else 0
    rest = text[start:].strip(" ¿?¡!.,")
    if not rest or not 0 < len(earlier) <= _LONGEST:
        return question
    opens = bool(text[:start].strip(" ¿¡"))
    completed = _with_antecedent(rest, earlier) or _with_question_word(rest, earlier, opens=opens)
    if not completed and _is_fragment(rest, opens=opens):
        completed = put(rest, earlier)
    if not completed or len(completed) > _LONGEST:
        return question
    marked = "¿" in question or before.lstrip().startswith("¿")
    spanish = marked and question_language(completed) == "es"
    return f"{'¿' * spanish}{completed}?"


def _with_antecedent(rest: str, earlier: str) -> str:
    """`rest` with what its pronoun stands for; "" where it has none, or holds it itself."""
    folded = plain(rest)
    at = -1
    if owned := _OWNED.match(folded):
        at = owned.end()
    elif _CLITIC.match(folded) or _NO_SUBJECT.match(folded):
        at = len(rest)
    elif (found := _PRONOUN.search(folded)) and not _EXPLETIVE.search(folded):
        asks = _ASKS.match(folded)
        lead = folded[asks.end() if asks else 0 : found.start()]
        if not _CLAUSE.search(lead) and not names_in(rest[: found.start()]):
            at = found.end()
    subject = _subject(earlier)
    if at < 0 or plain(subject) in folded:
        return ""
    return f"{rest[:at]} ({subject}){rest[at:]}"


def _with_question_word(rest: str, earlier: str, *, opens: bool) -> str:
    """The earlier question with the question word of `rest`; "" where `rest` asks for itself."""
    folded = plain(rest)
    asks = _ASKS.match(folded)
    if not asks:
        return ""
    more = rest[asks.end() :].strip()
    phrase = opens and bool(PREPOSITION.match(plain(more)))
    noun = opens and len(WORD.findall(more)) == 1 and bool(_WITH_NOUN.match(asks["word"]))
    if _telling(rest) and not phrase and not noun:
        return ""
    before = _ASKS.match(plain(earlier))
    if not before:
        return f"{rest} {earlier}"
    if phrase:
        return put(more, rest[: asks.end()] + earlier[before.end() :])
    if noun and asks["with"]:
        return f"{earlier} {rest}"
    tail = earlier[before.end() :]
    if noun and _WITH_NOUN.match(before["word"]):
        tail = re.sub(r"^\s*[^\W\d_]+", "", tail)
    return rest + tail


def _is_fragment(rest: str, *, opens: bool) -> bool:
    folded = plain(rest)
    if _ASKS.match(folded) or _VERB_FIRST.match(folded):
        return False
    if opens:
        return len(_telling(rest)) < _STANDS
    return len(WORD.findall(rest)) <= _FEW and bool(PREPOSITION.match(folded))


def _subject(earlier: str) -> str:
    """What a question is about: what it asks to define, its last thing, its only name, or all."""
    folded = plain(earlier)
    if defines := _DEFINES.match(folded):
        return earlier[defines.start("what") : defines.end("what")]
    if articles := list(DETERMINER.finditer(folded)):
        last = earlier[articles[-1].start() :]
        if "(" not in last:  # it stands in brackets: what the question was completed by
            last = last.partition(")")[0]
        if is_short(last):
            return last
    names = names_in(earlier)
    if len(names) == 1:
        return earlier[slice(*names[0])]
    asks = _ASKS.match(folded)
    return earlier[asks.end() if asks else 0 :].strip()


def _telling(text: str) -> list[str]:
    return [word for word in WORD.findall(plain(text)) if word not in _FUNCTION]
