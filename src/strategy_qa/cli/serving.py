"""The commands that serve the chat and the tools, and say who may use the chat."""

from __future__ import annotations

import ipaddress
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strategy_qa.cli.options import ConfigOption, CorpusOption, IndexOption, VerboseOption
from strategy_qa.cli.wiring import open_qa, run_build
from strategy_qa.errors import ConfigError
from strategy_qa.settings import Settings

if TYPE_CHECKING:
    from strategy_qa.app.access import Access

app = typer.Typer()
users_app = typer.Typer(
    help="Who may use the chat: names and hashes of passwords in one file.",
    epilog="Example: strategy-qa users add ana",
    no_args_is_help=True,
)
app.add_typer(users_app, name="users")

UsersOption = Annotated[
    Path | None,
    typer.Option("--users", metavar="FILE", help="Default: strategy-qa.users."),
]


@app.command(epilog="Example: strategy-qa chat --port 8080")
def chat(
    host: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine it takes a password.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 7860,
    users: UsersOption = None,
    no_auth: Annotated[
        bool, typer.Option("--no-auth", help="Let everybody in who reaches the address.")
    ] = False,
    root_path: Annotated[
        str, typer.Option(metavar="PATH", help="Path that a proxy in front strips, as /qa.")
    ] = "",
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Serve the chat in the browser; builds the index first where there is none."""
    from strategy_qa.errors import IndexMissingError
    from strategy_qa.index import live_build

    settings = Settings.load(config, corpus=corpus, index=index)
    access = _access(settings, host, users=users, no_auth=no_auth)
    if root_path and not (root_path.startswith("/") and root_path.rstrip("/")):
        raise ConfigError("--root-path", "is no path", remedy="Write it as /qa.")
    try:
        live_build(settings.index)
    except IndexMissingError:
        run_build(settings, full=False)
    qa = open_qa(settings)
    from strategy_qa.app import serve

    serve(
        qa,
        settings,
        host=host,
        port=port,
        access=access,
        root_path=root_path.rstrip("/"),
        ready=lambda url: typer.echo(f"The chat answers on {url}"),
    )


@app.command(epilog="Example: strategy-qa mcp --index index")
def mcp(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Give a language model the tools ask, search and list_documents (Model Context Protocol).

    It speaks over standard input and output with the program that starts it; `chat` serves the
    same tools at /mcp. Needs the extra `mcp`.
    """
    from strategy_qa.mcp import check_mcp, serve_stdio

    check_mcp()
    serve_stdio(open_qa(Settings.load(config, corpus=corpus, index=index)))


@users_app.command("add", epilog="Example: strategy-qa users add ana")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Letters, figures and . @ + - _.")],
    users: UsersOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Let somebody in, or give them another password; it is asked for, or read from stdin."""
    from strategy_qa.users import add_user

    path = users or Settings.load(config).chat.users
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    new = add_user(path, name, password)
    typer.echo(f"{path}: {name} {'may come in' if new else 'has a new password'}", err=True)


@users_app.command("remove", epilog="Example: strategy-qa users remove ana")
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `users list` shows it.")],
    users: UsersOption = None,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Let somebody in no longer; their sessions end at once."""
    from strategy_qa.users import remove_user

    path = users or Settings.load(config).chat.users
    remove_user(path, name)
    typer.echo(f"{path}: {name} is out", err=True)


@users_app.command("list", epilog="Example: strategy-qa users list")
def list_(
    users: UsersOption = None, config: ConfigOption = None, verbose: VerboseOption = False
) -> None:
    """List the names."""
    from strategy_qa.users import read_users

    path = users or Settings.load(config).chat.users
    for name in sorted(read_users(path)) if path.exists() else ():
        typer.echo(name)


def _access(settings: Settings, host: str, *, users: Path | None, no_auth: bool) -> Access:
    """Who may come in; ConfigError where that would be anybody on the network."""
    from strategy_qa.app.access import Access
    from strategy_qa.users import Users

    chosen, local = settings.chat, _is_local(host)
    access = Access(
        header=chosen.trusted_header, proxies=chosen.trusted_proxies, local=local and not no_auth
    )
    path = users or chosen.users
    if no_auth:
        if users or chosen.trusted_header:
            raise ConfigError("--no-auth", "contradicts a users file or a trusted header")
        return access
    if users or path.exists():
        access = replace(access, users=Users(path))
    if not access.closed and not local:
        raise ConfigError(
            f"--host {host}",
            "would open the chat to the network without a password",
            remedy="Run `strategy-qa users add NAME` first, or say --no-auth.",
        )
    return access


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
