"""Who may come in: users, sessions, proxies, other sites, rates; over the whole application."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest

from chat_server import Chat, chat
from strategy_qa import users as users_module
from strategy_qa.app.access import Access, Doorkeeper
from strategy_qa.app.rates import Rate
from strategy_qa.app.signin import _local
from strategy_qa.cli.serving import _access
from strategy_qa.errors import ConfigError
from strategy_qa.settings import Settings
from strategy_qa.users import Users, add_user, hash_password, read_users, remove_user

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users_module, "_N", 2**12)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    add_user(path, "ana", PASSWORD)
    return path


def scope(**headers: str) -> dict[str, object]:
    named = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    return {"type": "http", "headers": named, "client": ("10.0.0.9", 1)}


def test_a_user_is_known_by_name_and_password(file: Path) -> None:
    users = Users(file)
    assert users.check("ana", PASSWORD)
    assert not users.check("ana", PASSWORD + "x")
    assert not users.check("eva", PASSWORD)
    assert not users.check("ana", "")
    assert PASSWORD not in file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_cost_of_a_hash_is_that_of_the_cheat_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert users_module._N == 2**17
    assert hash_password("x").startswith("scrypt$131072$8$1$")


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_a_users_file_that_changes_is_read_again(file: Path) -> None:
    users = Users(file)
    add_user(file, "eva", PASSWORD)
    assert users.check("eva", PASSWORD)
    remove_user(file, "ana")
    assert not users.check("ana", PASSWORD)
    assert list(read_users(file)) == ["eva"]


@pytest.mark.parametrize(
    "line",
    [
        "ana",
        "ana:plain",
        "ana:scrypt$9999999$8$1$AAAA$" + "A" * 43 + "=",
        "a b:" + "scrypt$4096$8$1$AAAA$" + "A" * 43 + "=",
        ":scrypt$4096$8$1$AAAA$" + "A" * 43 + "=",
    ],
)
def test_a_line_that_is_no_user_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "users"
    path.write_text(f"# head\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="line 2"):
        Users(path)


@pytest.mark.parametrize(("name", "password"), [("a b", PASSWORD), ("", PASSWORD), ("a", "short")])
def test_what_cannot_be_a_user_is_refused(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(ConfigError):
        add_user(tmp_path / "users", name, password)
    assert not (tmp_path / "users").exists()


def test_nobody_is_taken_out_by_mistake(file: Path) -> None:
    with pytest.raises(ConfigError, match="ana"):
        remove_user(file, "eva")


def test_a_session_ends_with_the_password_it_was_opened_with(file: Path) -> None:
    keeper = Doorkeeper(Access(users=Users(file)))
    cookie = f"strategy-qa-session={keeper.session('ana')}"
    assert keeper.name_of(scope(cookie=cookie)) == "ana"
    assert Doorkeeper(Access(users=Users(file))).name_of(scope(cookie=cookie)) is None
    add_user(file, "ana", PASSWORD + " new")
    assert keeper.name_of(scope(cookie=cookie)) is None


@pytest.mark.parametrize(
    "change", [str.swapcase, lambda v: v[:-1], lambda v: "." + v, lambda v: ""]
)
def test_an_altered_session_is_none(file: Path, change) -> None:  # type: ignore[no-untyped-def]
    keeper = Doorkeeper(Access(users=Users(file)))
    cookie = f"strategy-qa-session={change(keeper.session('ana'))}"
    assert keeper.name_of(scope(cookie=cookie)) is None


def test_a_session_of_a_name_that_nobody_has_is_none(file: Path) -> None:
    keeper = Doorkeeper(Access(users=Users(file)))
    assert keeper.name_of(scope(cookie=f"strategy-qa-session={keeper.session('eva')}")) is None


def test_an_old_session_has_ended(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Doorkeeper(Access(users=Users(file)))
    cookie = f"strategy-qa-session={keeper.session('ana')}"
    import time

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 13 * 3600)
    assert keeper.name_of(scope(cookie=cookie)) is None


def test_a_header_counts_only_from_a_trusted_proxy() -> None:
    far = Doorkeeper(Access(header="x-user", proxies=(ip_network("127.0.0.1/32"),)))
    near = Doorkeeper(Access(header="x-user", proxies=(ip_network("10.0.0.0/8"),)))
    request = scope(x_user="ana", x_forwarded_for="6.6.6.6, 203.0.113.7")
    assert far.name_of(request) is None
    assert near.name_of(request) == "ana"
    assert near.name_of(scope()) is None
    assert far.address_of(request) == "10.0.0.9"
    assert near.address_of(request) == "203.0.113.7"
    twice = scope(x_user="ana")
    twice["headers"].append((b"x-user", b"eva"))  # type: ignore[attr-defined]
    assert near.name_of(twice) is None


def test_a_rate_lets_a_burst_through_and_then_a_few() -> None:
    now = [0.0]
    rate = Rate(60, now=lambda: now[0])
    assert [rate.wait("a") for _ in range(15)] == [0] * 15
    assert rate.wait("a") == pytest.approx(1)
    assert rate.wait("b") == 0
    now[0] = 2
    assert [rate.wait("a"), rate.wait("a")] == [0, 0]
    assert rate.wait("a") > 0
    assert not any(Rate(0).wait("a") for _ in range(10_000))


@pytest.mark.parametrize("there", ["//evil.example", "/\\evil.example", "http://x", "", "/a\nb"])
def test_signing_in_leads_to_this_server_only(there: str) -> None:
    assert _local(there) == "/"
    assert _local("/?q=a") == "/?q=a"


def test_beyond_this_machine_it_takes_a_password(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    settings = Settings.load()

    def ask(host: str, **options: object) -> Access:
        given = {"users": None, "no_auth": False, **options}
        return _access(settings, host, **given)  # type: ignore[arg-type]

    for host in ("0.0.0.0", "192.168.1.4", "::", "chat.example.org"):
        with pytest.raises(ConfigError, match="users add"):
            ask(host)
        assert not ask(host, no_auth=True).closed
        assert ask(host, users=file).closed
    for host in ("127.0.0.1", "::1", "localhost"):
        assert not ask(host).closed
        assert ask(host, users=file).closed
    with pytest.raises(ConfigError, match="contradicts"):
        ask("0.0.0.0", users=file, no_auth=True)
    with pytest.raises(ConfigError, match="--users"):
        ask("0.0.0.0", users=file.with_name("none"))
    file.rename(file.with_name("strategy-qa.users"))
    assert ask("127.0.0.1").closed


# The whole application behind its door


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    folder = tmp_path_factory.mktemp("closed")
    add_user(folder / "users", "ana", PASSWORD)
    with chat(folder, users=folder / "users") as running:
        yield running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    with chat(tmp_path_factory.mktemp("open")) as running:
        yield running


EVERYTHING = (
    ("GET", "/config"),
    ("GET", "/gradio_api/info"),
    ("GET", "/theme.css"),
    ("POST", "/gradio_api/queue/join"),
    ("GET", "/gradio_api/queue/data?session_hash=x"),
    ("GET", "/page/jobs/1.png?v=x"),
    ("POST", "/api/ask"),
    ("POST", "/api/search"),
    ("GET", "/api/documents"),
    ("GET", "/api"),
    ("GET", "/metrics"),
    ("POST", "/logout"),
    ("GET", "/nothing"),
)


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_nothing_is_told_to_a_stranger(closed: Chat, method: str, path: str) -> None:
    response = httpx.request(method, closed.url + path)
    assert response.status_code == 401
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/documents", "/about", "/?q=jobs&originals=1"])
def test_a_page_sends_a_stranger_to_the_sign_in(closed: Chat, path: str) -> None:
    response = httpx.get(closed.url + path)
    assert response.status_code == 303
    there = response.headers["location"]
    assert there.startswith("/login?next=%2F")
    assert "name=" in httpx.get(closed.url + there).text


def test_signing_in_opens_every_room_and_signing_out_shuts_it(closed: Chat) -> None:
    with httpx.Client(base_url=closed.url) as client:
        form = {"name": "ana", "password": PASSWORD, "next": "/?q=jobs"}
        entered = client.post("/login", data=form)
        assert (entered.status_code, entered.headers["location"]) == (303, "/?q=jobs")
        cookie = entered.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert client.get("/").status_code == 200
        assert client.get("/config").status_code == 200
        assert client.get("/documents").status_code == 200
        assert client.post("/api/ask", json={"question": "How many jobs?"}).status_code == 200
        assert client.post("/logout").status_code == 303
        assert client.get("/config").status_code == 401


def test_a_wrong_password_says_nothing_of_which_half_is_wrong(closed: Chat) -> None:
    said = [
        httpx.post(f"{closed.url}/login", data={"name": name, "password": "wrong wrong wrong"})
        for name in ("ana", "eva")
    ]
    assert [each.status_code for each in said] == [401, 401]
    assert said[0].text == said[1].text
    assert "set-cookie" not in said[0].headers


def test_programs_sign_in_by_basic(closed: Chat) -> None:
    question = {"question": "How many jobs?"}
    there = f"{closed.url}/api/ask"
    assert httpx.post(there, json=question, auth=("ana", PASSWORD)).status_code == 200
    refused = httpx.post(there, json=question, auth=("ana", "no"))
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic ")
    assert (
        httpx.post(there, json=question, headers={"authorization": "Bearer x"}).status_code == 401
    )


def test_probes_need_no_name(closed: Chat) -> None:
    assert httpx.get(f"{closed.url}/healthz").status_code == 200
    assert httpx.get(f"{closed.url}/readyz").status_code == 200


def test_guessing_is_slowed_down(tmp_path: Path) -> None:
    add_user(tmp_path / "users", "ana", PASSWORD)
    with chat(tmp_path, users=tmp_path / "users") as running:
        form = {"name": "ana", "password": "a guess of mine"}
        codes = [httpx.post(f"{running.url}/login", data=form).status_code for _ in range(12)]
    assert codes == [401] * 10 + [429] * 2


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_can_make_nobody_ask(served: Chat, site: str) -> None:
    for path in ("/api/ask", "/gradio_api/queue/join", "/login"):
        response = httpx.post(served.url + path, headers={"sec-fetch-site": site}, json={})
        assert response.status_code == 403


def test_an_open_chat_answers_to_names_of_this_machine_only(served: Chat) -> None:
    port = re.search(r":(\d+)$", served.url)[1]  # type: ignore[index]
    for host in (f"evil.example:{port}", "evil.example", f"127.0.0.1.evil.example:{port}"):
        assert httpx.get(served.url, headers={"host": host}).status_code == 403
    for host in (f"localhost:{port}", "localhost", f"127.0.0.1:{port}"):
        assert httpx.get(served.url, headers={"host": host}).status_code == 200


def test_uploads_are_shut_to_everybody(closed: Chat) -> None:
    there = f"{closed.url}/gradio_api/upload"
    assert httpx.post(there, auth=("ana", PASSWORD)).status_code == 404


def test_a_large_body_is_refused_told_or_not(served: Chat) -> None:
    there = f"{served.url}/gradio_api/queue/join"
    assert httpx.post(there, content=b"x" * (2**20 + 1)).status_code == 413

    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 2**16

    with suppress(httpx.HTTPError):  # the connection is closed while it is still sending
        assert httpx.post(there, content=pieces()).status_code >= 400
