"""What the chat and the exports have to say: fields of a dataclass that each language fills.

A string that lacks a language does not type-check, and a test compares the placeholders of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from strategy_qa.types import Edition


@dataclass(frozen=True, slots=True)
class Strings:
    """One language; what stands in braces is filled by `str.format`."""

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
    choosing: str
    show_quote: str
    abstained: str
    abstained_count: str
    abstained_hint: str
    sources_differ: str
    differ_hint: str
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
    page_of_file: str
    pages_of_file: str
    pages_printed: str  # printed pages, and those of the file in one of the forms above
    section: str
    lead_in: str  # {lead}
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
    # finding one's way
    documents: str
    about: str
    back: str
    sign_in: str
    sign_out: str
    sign_in_name: str
    sign_in_password: str
    sign_in_wrong: str
    sign_in_wait: str
    filters: str
    filters_all: str
    filters_only: str
    filters_clear: str
    filter_documents: str
    filter_languages: str
    filter_years: str
    filter_first: str
    filter_last: str
    filter_publisher: str
    filter_any: str
    filter_kinds: str
    filter_originals: str
    compare: str
    compare_document: str
    compare_quote: str
    compare_nothing: str
    compare_hint: str
    compare_silent: str
    completed: str
    # many people at once
    stop: str
    stopped: str
    in_line: str
    busy: str
    too_late: str
    # taking it away
    take: str
    take_word: str
    take_markdown: str
    take_print: str
    take_bibtex: str
    take_link: str
    copy_answer: str
    copied: str
    saved: str
    # what readers say of an answer
    helpful: str
    unhelpful: str
    reason_ask: str
    reasons: Mapping[str, str]
    reason_note: str
    reason_send: str
    thanks: str
    feedback_failed: str
    # the page of a document
    page_picture: str
    page_whole: str
    page_part: str
    # documents and about
    documents_said: str
    page_count: str
    left_out: str
    about_lead: tuple[str, ...]
    about_does: str
    about_does_list: tuple[str, ...]
    about_not: str
    about_not_list: tuple[str, ...]
    about_age: str
    about_today: str
    about_yesterday: str
    about_days: str
    about_index: str
    kinds: Mapping[str, str]
    # exports and references
    export_made: str
    export_nearest: str
    export_sources: str
    confidence: str
    levels: Mapping[str, str]
    export_quote: str
    export_title: str
    cite_no_year: str
    cite_page: str
    cite_page_printed: str
    cite_by_ocr: str
    cite_section: str
    cite_indexed: str
