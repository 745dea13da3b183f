"""Every sentence of the interface, in English and in Spanish.

One dataclass, two instances: a string that lacks a language does not type-check, and a test
compares the placeholders of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from strategy_qa.types import Edition


@dataclass(frozen=True, slots=True)
class Strings:
    """The interface in one language; what stands in braces is filled by `str.format`."""

    code: str  # ISO 639-1
    name: str  # of the language, in itself
    title: str
    tagline: str
    choose_language: str
    # conversation
    conversation: str
    invitation: str
    invitation_hint: str
    examples: tuple[str, ...]
    box_label: str
    box_hint: str
    send: str
    searching: str
    show_quote: str
    abstained: str
    abstained_hint: str
    too_long: str
    no_words: str
    problem: str
    surprise: str
    # evidence
    evidence: str
    reading: tuple[str, ...]
    evidence_for: str
    evidence_nearest: str
    evidence_nearest_hint: str
    evidence_none: str
    evidence_gone: str
    others: str
    pick_card: str
    quoted_in: str
    page: str
    page_printed: str
    page_of_file: str
    pages_of_file: str
    by_ocr: str
    section: str
    caveat: str
    open_original: str
    open_published: str
    # the line at the foot
    status: str
    doubts: str
    status_missing: str
    editions: Mapping[Edition, str]
    archived: str
    retrieved: str
    open_copy: str
    languages: Mapping[str, str]


EN = Strings(
    code="en",
    name="English",
    title="Strategy Q&A",
    tagline="Answers in the documents’ own words, each with its quote and its page.",
    choose_language="Language of the interface",
    conversation="Conversation",
    invitation="What do you want to know about the strategy?",
    invitation_hint="Ask in English or Spanish. Where the documents are silent, so is the answer.",
    examples=(
        "How many Mexican jobs could automation affect?",
        "What are the five key actions of Mexico's 2018 AI strategy?",
        "¿Cuántas personas participaron en la consulta nacional de IA2030Mx?",
        "¿Qué es la Plataforma Digital Nacional?",
    ),
    box_label="Your question",
    box_hint="Ask a question in English or Spanish…",
    send="Ask",
    searching="Searching the documents",
    show_quote="Show quote {number}",
    abstained="Nothing in the indexed documents answers this question.",
    abstained_hint="Documents searched: {documents}. The passages that come nearest stand under"
    " “Nearest passages”; none of them is an answer.",
    too_long="This question is too long: more than {limit} characters. Ask for one thing at a"
    " time.",
    no_words="There is no question in this. Write it in words.",
    problem="This question was not answered.",
    surprise="Something went wrong on our side and the question was not answered. Please ask it"
    " again; if that does not help, tell whoever runs this service.",
    evidence="Evidence",
    reading=(
        "Every sentence of an answer carries a number. The card of that number appears here: the"
        " document, the page, and the passage with the quote marked in it.",
        "Press the number to find the card, or the card to find the sentence.",
        "“Digest” and “restated” mean that the text is ours. Compare with the original before you"
        " quote it.",
    ),
    evidence_for="For",
    evidence_nearest="Nearest passages",
    evidence_nearest_hint="Found on the way, shown for orientation. They do not answer the"
    " question.",
    evidence_none="There are no passages to show.",
    evidence_gone="The evidence of this older answer is no longer kept. Please ask again.",
    others="Other passages found ({count})",
    pick_card="Quote {number}: mark it in the answer and show the whole passage",
    quoted_in="Quoted in the original language: {language}",
    page="p. {page}",
    page_printed="p. {label} (PDF p. {page})",
    page_of_file="PDF p. {page}",
    pages_of_file="PDF pp. {first}–{last}",
    by_ocr=", read by OCR",
    section="Section: {section}",
    caveat="About this text",
    open_original="Open the original at {host}",
    open_published="Compare with the original at {host}",
    status="{documents} documents answer · index build {build} · made {created}",
    doubts="What to know of the documents: {number}",
    status_missing="No index answers at the moment.",
    editions={
        Edition.ORIGINAL: "original",
        Edition.RESTATED: "restated in our words, not the original",
        Edition.DIGEST: "digest, not the original",
    },
    archived="archived copy of {date}",
    retrieved="retrieved {date}",
    open_copy="Open the copy that was read, at {host}",
    languages={"en": "English", "es": "Spanish"},
)

ES = Strings(
    code="es",
    name="Español",
    title="Strategy Q&A",
    tagline="Respuestas con las palabras de los documentos, cada una con su cita y su página.",
    choose_language="Idioma de la interfaz",
    conversation="Conversación",
    invitation="¿Qué quiere saber sobre la estrategia?",
    invitation_hint="Pregunte en español o en inglés. Si los documentos callan, la respuesta"
    " también.",
    examples=(
        "¿Cuántas personas participaron en la consulta nacional de IA2030Mx?",
        "¿Qué es la Plataforma Digital Nacional?",
        "How many Mexican jobs could automation affect?",
        "What are the five key actions of Mexico's 2018 AI strategy?",
    ),
    box_label="Su pregunta",
    box_hint="Pregunte en español o en inglés…",
    send="Preguntar",
    searching="Buscando en los documentos",
    show_quote="Mostrar la cita {number}",
    abstained="Nada en los documentos indexados responde a esta pregunta.",
    abstained_hint="Documentos consultados: {documents}. Los que más se acercan están en"
    " “Pasajes más cercanos”; ninguno es una respuesta.",
    too_long="Esta pregunta es demasiado larga: más de {limit} caracteres. Pregunte una cosa a la"
    " vez.",
    no_words="Aquí no hay una pregunta. Escríbala con palabras.",
    problem="Esta pregunta quedó sin respuesta.",
    surprise="Algo falló de nuestro lado y la pregunta quedó sin respuesta. Vuelva a hacerla; si"
    " no ayuda, avise a quien administra este servicio.",
    evidence="Evidencia",
    reading=(
        "Cada frase de una respuesta lleva un número. La ficha de ese número aparece aquí: el"
        " documento, la página y el pasaje con la cita marcada.",
        "Pulse el número para hallar la ficha, o la ficha para hallar la frase.",
        "“Resumen” y “reformulado” indican que el texto es nuestro. Compare con el original antes"
        " de citarlo.",
    ),
    evidence_for="Para",
    evidence_nearest="Pasajes más cercanos",
    evidence_nearest_hint="Hallados en la búsqueda, solo como orientación. No responden a la"
    " pregunta.",
    evidence_none="No hay pasajes que mostrar.",
    evidence_gone="La evidencia de esta respuesta anterior ya no se conserva. Vuelva a preguntar.",
    others="Otros pasajes hallados ({count})",
    pick_card="Cita {number}: marcarla en la respuesta y mostrar el pasaje entero",
    quoted_in="Citado en el idioma original: {language}",
    page="p. {page}",
    page_printed="p. {label} (p. {page} del PDF)",
    page_of_file="p. {page} del PDF",
    pages_of_file="pp. {first}–{last} del PDF",
    by_ocr=", leída por OCR",
    section="Sección: {section}",
    caveat="Sobre este texto",
    open_original="Abrir el original en {host}",
    open_published="Comparar con el original en {host}",
    status="{documents} documentos responden · versión del índice {build} · creada {created}",
    doubts="Lo que conviene saber de los documentos: {number}",
    status_missing="Por ahora no hay un índice que responda.",
    editions={
        Edition.ORIGINAL: "original",
        Edition.RESTATED: "reformulado con nuestras palabras, no es el original",
        Edition.DIGEST: "resumen, no es el original",
    },
    archived="copia archivada del {date}",
    retrieved="consultado el {date}",
    open_copy="Abrir la copia que se leyó, en {host}",
    languages={"en": "inglés", "es": "español"},
)

CATALOGUE: Mapping[str, Strings] = {"en": EN, "es": ES}


def strings(language: str) -> Strings:
    """The interface in `language`; in English where we do not speak it."""
    return CATALOGUE.get(language, EN)


def preferred(accept_language: str) -> Strings:
    """The interface a browser asks for by its Accept-Language header (RFC 9110, 12.5.4)."""
    ranked: list[tuple[float, str]] = []
    for entry in accept_language[:1000].split(","):
        tag, _, weight = entry.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue  # a malformed entry states no preference
        ranked.append((-quality, tag.strip().lower()[:2]))
    spoken = [code for quality, code in sorted(ranked, key=lambda r: r[0]) if quality < 0]
    return strings(next((code for code in spoken if code in CATALOGUE), "en"))
