"""Answers to take away: a bibliography, BibTeX, Word, Markdown and a page to print.

Each function takes any number of answers and gives text or bytes; nothing is written to disk.
"""

from strategy_qa.export.bibliography import Bibliography, Entry, apa, bibliography
from strategy_qa.export.bibtex import to_bibtex
from strategy_qa.export.html import to_html
from strategy_qa.export.markdown import to_markdown
from strategy_qa.export.word import to_docx

__all__ = [
    "Bibliography",
    "Entry",
    "apa",
    "bibliography",
    "to_bibtex",
    "to_docx",
    "to_html",
    "to_markdown",
]
