"""The route `/page/…`: a PDF page with the quote marked, from the file the index names."""

# No postponed annotations: FastAPI reads them, and its names are local (the import is slow).
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlencode

from strategy_qa.pages import PdfFiles, PictureError, Pictures
from strategy_qa.pages.quotes import on_page
from strategy_qa.qa import StrategyQA
from strategy_qa.types import Citation, Span

if TYPE_CHECKING:
    from fastapi import FastAPI

_VERSION = 16  # characters of the hash in an address


class PagePictures:
    """Addresses of pictures, and the route that draws them."""

    def __init__(self, qa: StrategyQA, files: PdfFiles) -> None:
        self._qa, self._files = qa, files
        self._pictures = Pictures()

    def address(self, citation: Citation) -> str:
        """Where the picture of a citation's page is, "" where there is none."""
        try:
            document = self._qa.document(citation.document_id)
        except KeyError:  # an index built since holds it no longer
            return ""
        if not self._files.path_of(document.sha256):
            return ""
        fields = {
            "v": document.sha256[:_VERSION],
            "start": citation.span.start,
            "end": citation.span.end,
        }
        name = quote(citation.document_id, safe="")
        return f"page/{name}/{citation.page}.png?{urlencode(fields)}"

    def add_to(self, app: "FastAPI") -> None:
        """Add the route to an app."""
        from fastapi import HTTPException, Query
        from fastapi.responses import Response

        @app.get("/page/{document_id}/{number}.png")
        def page(
            document_id: str,
            number: int,
            v: str,
            start: Annotated[int, Query(ge=0)] = 0,
            end: Annotated[int, Query(ge=0)] = 0,
            whole: bool = False,
        ) -> Response:
            try:
                document = self._qa.document(document_id)
            except KeyError as error:
                raise HTTPException(404) from error
            path = self._files.path_of(document.sha256)
            if v != document.sha256[:_VERSION] or not path:
                raise HTTPException(404)
            text, which = on_page(document, number, Span(start, end))
            try:
                png = self._pictures.page(
                    path, document.sha256, number, quote=text, which=which, whole=whole
                )
            except PictureError as error:
                raise HTTPException(404, str(error)) from error
            # The address holds the hash: what it shows never changes.
            headers = {"cache-control": "private, max-age=86400, immutable"}
            return Response(png, media_type="image/png", headers=headers)
