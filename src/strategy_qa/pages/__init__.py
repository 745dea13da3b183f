"""Pictures of PDF pages with a quote marked on them, made in a process of its own."""

from strategy_qa.pages.files import PdfFiles
from strategy_qa.pages.isolation import PictureError, Pictures

__all__ = ["PdfFiles", "PictureError", "Pictures"]
