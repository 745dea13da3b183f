"""What goes wrong on the way to a document, in one place: foreign exceptions and statuses."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore
import httpx

from strategy_qa.errors import FetchError, LinkState

_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_REFUSED = {401, 402, 403, 407, 451}
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Turn what the network raises into a FetchError about `url`."""
    try:
        yield
    except (httpcore.TimeoutException, httpx.TimeoutException) as error:
        raise FetchError(url, "took too long to answer", wait=0) from error
    except TimeoutError as error:
        raise FetchError(url, "was not done in the time it is given") from error
    except (httpcore.ConnectError, ssl.SSLError) as error:
        raise _unconnected(url, error) from error
    except (
        httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol,
        httpx.TransportError,
    ) as error:  # fmt: skip
        raise FetchError(url, "broke off in the middle of its answer", wait=0) from error
    except socket.gaierror as error:
        if error.errno in _NO_SUCH_NAME:
            raise FetchError(
                url, "has a host that no longer exists", state=LinkState.DEAD
            ) from error
        raise FetchError(url, "has a host whose name cannot be looked up", wait=0) from error
    except UnicodeError as error:
        raise FetchError(url, "names no host", state=LinkState.DEAD) from error
    except httpx.InvalidURL as error:
        raise FetchError(url, "is not a web address", state=LinkState.UNSAFE) from error


def _unconnected(url: str, error: Exception) -> FetchError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = f"has a certificate that is not valid ({cause.verify_message})"
            return FetchError(url, reason, state=LinkState.DEAD)
        if isinstance(cause, ssl.SSLError):
            return FetchError(url, "cannot be asked over TLS", state=LinkState.DEAD)
        cause = cause.__cause__ or cause.__context__
    return FetchError(url, "cannot be connected to", wait=0)


def refuse_status(url: str, status: int, headers: httpx.Headers) -> None:
    """Raise FetchError for a status other than 200 and 304."""
    if status in (200, 304):
        return
    reason = f"answers {status}"
    if status in _AGAIN:
        asked = retry_after(headers.get("retry-after", ""))
        if asked:
            reason += f" and asks to wait {asked:,.0f} s"
        raise FetchError(url, reason, wait=asked, status=status)
    if status in _REFUSED:
        raise FetchError(url, reason, state=LinkState.REFUSED, status=status)
    if status >= 500:
        raise FetchError(url, reason, status=status)
    if status >= 400:
        raise FetchError(url, reason, state=LinkState.DEAD, status=status)
    raise FetchError(url, reason, state=LinkState.UNUSABLE, status=status)


def retry_after(value: str) -> float:
    """Seconds to wait, out of a Retry-After header (seconds or a date); 0 where it says nothing."""
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
