"""The sign-in page, and signing out."""

# No postponed annotations: FastAPI reads them, and its names are local (the import is slow).
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from strategy_qa.app.access import COOKIE, Doorkeeper
from strategy_qa.app.language import spoken
from strategy_qa.app.plain import sheet
from strategy_qa.app.rates import Rate
from strategy_qa.strings import Strings

if TYPE_CHECKING:
    from fastapi import FastAPI

_TRIES = 10  # a minute from one address
_FORM = 8_192  # bytes


def add_signin(app: "FastAPI", keeper: Doorkeeper, *, root_path: str) -> None:
    """Add `/login` and `/logout` to an app whose users `keeper` knows."""
    from fastapi import Request
    from fastapi.concurrency import run_in_threadpool
    from fastapi.responses import HTMLResponse, RedirectResponse, Response

    users, tries = keeper.access.users, Rate(_TRIES * 4)  # a quarter of it at once
    if users is None:
        return

    def form(s: Strings, there: str, said: str = "", status: int = 200) -> Response:
        body = _form(s, there, said, action=f"{root_path}/login")
        return HTMLResponse(sheet(s, s.sign_in, body, home=False), status_code=status)

    @app.get("/login")
    def ask(request: Request) -> Response:
        return form(spoken(request.headers, request.cookies), request.query_params.get("next", ""))

    @app.post("/login")
    async def enter(request: Request) -> Response:
        s = spoken(request.headers, request.cookies)
        body = await request.body()
        if len(body) > _FORM:
            return form(s, "", s.sign_in_wrong, 413)
        fields = parse_qs(body.decode(errors="replace"), max_num_fields=8)
        name, password, there = (fields.get(key, [""])[0] for key in ("name", "password", "next"))
        address = request.client.host if request.client else ""
        if tries.wait(address):
            return form(s, there, s.sign_in_wait, 429)
        if not await run_in_threadpool(users.check, name, password):
            return form(s, there, s.sign_in_wrong, 401)
        response = RedirectResponse(root_path + _local(there), status_code=303)
        secure = request.url.scheme == "https" or (
            keeper.from_proxy(request.scope)
            and request.headers.get("x-forwarded-proto", "") == "https"
        )
        response.set_cookie(
            COOKIE, keeper.session(name), httponly=True, samesite="lax", secure=secure,
            path=root_path or "/",
        )  # fmt: skip
        return response

    @app.post("/logout")
    def leave() -> Response:
        response = RedirectResponse(f"{root_path}/login", status_code=303)
        response.delete_cookie(COOKIE, path=root_path or "/")
        return response


def _local(there: str) -> str:
    """An address on this server: whatever else is asked for leads to the first page."""
    fine = there.startswith("/") and not there.startswith(("//", "/\\")) and there.isprintable()
    return there if fine else "/"


def _form(s: Strings, there: str, said: str, *, action: str) -> str:
    alert = f'<p class="alert" role="alert">{escape(said)}</p>' if said else ""
    return (
        f'<form method="post" action="{escape(action)}" class="signin">{alert}'
        f'<input type="hidden" name="next" value="{escape(there)}">'
        f'<label>{escape(s.sign_in_name)}<input name="name" autocomplete="username" required'
        ' autofocus maxlength="64"></label>'
        f"<label>{escape(s.sign_in_password)}"
        '<input name="password" type="password" autocomplete="current-password" required'
        ' maxlength="1024"></label>'
        f"<button>{escape(s.sign_in)}</button></form>"
    )
