"""Errors as problem+json (RFC 9457): one line that helps, never a trace or a path."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException  # the root of those of FastAPI, which raises both

from strategy_qa.errors import (
    IndexCorruptError,
    IndexMismatchError,
    IndexMissingError,
    QuestionError,
)

_log = logging.getLogger(__name__)

_UNREADY = (IndexMissingError, IndexCorruptError, IndexMismatchError)


def problem_of(error: Exception) -> Response:
    """The response for an error; what is not the client's doing goes to the log alone."""
    if isinstance(error, HTTPException):
        return problem(error.status_code, str(error.detail), headers=error.headers)
    if isinstance(error, RequestValidationError):
        return problem(422, "; ".join(said_of(each) for each in error.errors()[:5]))
    if isinstance(error, QuestionError):
        return problem(422, str(error))
    _log.error("a request failed", exc_info=error)
    if isinstance(error, _UNREADY):
        said = "The index cannot be used at present; the server's log says why."
        return problem(503, said, headers={"retry-after": "60"})
    return problem(500, "The server failed; its log says why.")


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as a response."""
    fields = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    # ASCII: a detail can name a field of the request, which may hold half a surrogate pair.
    return Response(
        json.dumps(fields),
        status,
        headers=dict(headers or {}),
        media_type="application/problem+json",
    )


def said_of(error: Mapping[str, object]) -> str:
    """One finding of pydantic, without the value it is about."""
    place = error.get("loc", ())
    assert isinstance(place, tuple)
    inside = place[1:] if place[:1] == ("body",) else place
    field = ".".join(str(part)[:60] for part in inside)
    return f"{field}: {error['msg']}" if field else str(error["msg"])
