"""Where connections may go: public addresses, whatever a name or a wrapping makes of them."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_qa.errors import ConfigError, FetchError, LinkState
from strategy_qa.fetch.guard import Guard, GuardedBackend, is_public

PRIVATE = (
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.1.2.3",
    "168.63.129.16", "169.254.169.254", "172.16.0.1", "192.0.0.192", "192.168.1.1", "198.18.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:db8::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
)  # fmt: skip
PUBLIC = ("8.8.8.8", "93.184.216.34", "2606:4700::6810:84e5", "64:ff9b::808:808", "::ffff:8.8.8.8")


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_of_the_public_internet(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_that_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_wrapping_changes_nothing(address: ipaddress.IPv4Address) -> None:
    public = is_public(address)
    for wrapped in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert is_public(ipaddress.ip_address(wrapped)) == public
    sixtofour = ipaddress.IPv6Address((0x2002 << 112) | (int(address) << 80))
    assert is_public(sixtofour) == public


def names(table: dict[str, list[Sequence[str]]]) -> object:
    """A resolver that gives each name its answers in turn, the last one for ever."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        answers = table[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    return resolve


def addresses(guard: Guard, host: str) -> list[str]:
    return asyncio.run(guard.addresses(host, 80))


def test_one_private_address_of_several_is_one_too_many() -> None:
    resolver = names({"mixed.example": [("8.8.8.8", "10.0.0.1")]})
    with pytest.raises(FetchError, match=r"mixed\.example: leads to 10\.0\.0\.1") as caught:
        addresses(Guard(resolver=resolver), "mixed.example")  # type: ignore[arg-type]
    assert caught.value.state is LinkState.UNSAFE


def test_a_name_of_this_machine_is_refused_as_the_system_resolves_it() -> None:
    for host in ("localhost", "127.1", "2130706433", "0x7f.1"):
        with pytest.raises(FetchError, match="no address of the public internet"):
            addresses(Guard(), host)


def test_exceptions_are_networks_addresses_and_names() -> None:
    table = {"wiki.intra": [("10.1.2.3",)], "other.intra": [("10.9.9.9",)], "v6": [("::1",)]}
    guard = Guard(("10.1.0.0/16", "::1", "Other.Intra"), resolver=names(table))  # type: ignore[arg-type]
    assert addresses(guard, "wiki.intra") == ["10.1.2.3"]
    assert addresses(guard, "other.intra") == ["10.9.9.9"]
    assert addresses(guard, "v6") == ["::1"]
    with pytest.raises(ConfigError, match=r"10\.1\.0\.0/99: is no network"):
        Guard(("10.1.0.0/99",))


def test_the_address_that_was_checked_is_the_one_connected_to() -> None:
    """A name that is public when it is checked and loopback a moment later (DNS rebinding)."""
    connected: list[str] = []

    class Recorder(httpcore.AsyncMockBackend):
        async def connect_tcp(self, host: str, *args: object, **options: object) -> object:
            connected.append(host)
            return await super().connect_tcp(host, 80)

    resolver = names({"rebound.example": [("93.184.216.34",), ("127.0.0.1",)]})
    backend = GuardedBackend(Guard(resolver=resolver))  # type: ignore[arg-type]
    backend._backend = Recorder([])  # type: ignore[assignment]
    asyncio.run(backend.connect_tcp("rebound.example", 80))
    assert connected == ["93.184.216.34"]
    with pytest.raises(FetchError, match=r"127\.0\.0\.1"):
        asyncio.run(backend.connect_tcp("rebound.example", 80))
    assert len(connected) == 1


def test_a_name_is_gone_only_where_other_names_are_found() -> None:
    """On a machine without a network no source is declared dead."""
    online = ["control.example"]

    async def resolve(host: str, port: int) -> Sequence[str]:
        if host not in online:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ["93.184.216.34"]

    with pytest.raises(socket.gaierror):
        addresses(Guard(resolver=resolve, control="control.example"), "gone.example")
    online.clear()
    with pytest.raises(FetchError, match="is there a network") as caught:
        addresses(Guard(resolver=resolve, control="control.example"), "gone.example")
    assert caught.value.state is LinkState.UNREACHABLE
