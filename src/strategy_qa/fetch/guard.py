"""Keeps requests out of private networks: every connection goes to an address that was checked.

The check sits where connections are made, behind redirects, robots.txt and landing pages alike,
and the address that was checked is the one connected to, so a name that resolves otherwise a
moment later gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from urllib.parse import urlsplit

import httpcore

from strategy_qa.errors import ConfigError, FetchError, LinkState

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
SocketOptions = Iterable[httpcore.SOCKET_OPTION] | None

# Services that hand a machine its credentials, at addresses that are otherwise public.
_METADATA = frozenset(map(ipaddress.ip_address, ("168.63.129.16", "192.0.0.192", "fd00:ec2::254")))
CONTROL = "example.org"  # a name that always exists (RFC 2606)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")


def is_public(address: IPAddress) -> bool:
    """Whether an address belongs to the public internet, also one wrapped in an IPv6 address."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_public(inner)
        if address.scope_id is not None or address.is_site_local:
            return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and address not in _METADATA
    )


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64, 6to4, Teredo."""
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour:
        return address.sixtofour
    return address.teredo[1] if address.teredo else None


async def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, as the system resolves it; raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def host_of(url: str) -> str:
    """The host of an address, "" where it has none."""
    return urlsplit(url).hostname or ""


class Guard:
    """Decides which addresses may be connected to.

    Args:
        allow: exceptions, for intranets and tests: networks such as "10.1.0.0/16", single
            addresses, or names of hosts.
        resolver: turns a name into addresses.
        control: a name that exists: where it cannot be looked up either, it is this machine that
            has no network, and no other name is held to be gone.

    Raises:
        ConfigError: an exception is neither network nor name.
    """

    def __init__(
        self,
        allow: Iterable[str] = (),
        *,
        resolver: Resolver = resolve,
        control: str = CONTROL,
    ) -> None:
        self._resolve = resolver
        self._control = control
        self._online: asyncio.Task[bool] | None = None
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        self._hosts: set[str] = set()
        for item in allow:
            try:
                self._networks.append(ipaddress.ip_network(item))
            except ValueError as error:
                if "/" in item or not item.strip("."):
                    remedy = "Write 10.1.0.0/16 or the name of a host."
                    raise ConfigError(item, "is no network", remedy=remedy) from error
                self._hosts.add(item.lower())

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a host, all of them allowed.

        Raises:
            FetchError: one of them is not, or there are none.
            OSError: the name cannot be resolved.
        """
        try:
            if self._online and self._online.done() and not self._online.result():
                raise socket.gaierror(socket.EAI_AGAIN, "not asked again")
            found = await self._resolve(host, port)
        except socket.gaierror as error:
            self._online = self._online or asyncio.ensure_future(self._is_online())
            if not await asyncio.shield(self._online):
                raise FetchError(
                    host, "cannot be looked up, nor any other name: is there a network?"
                ) from error
            raise
        if not found:
            raise FetchError(host, "has no address", state=LinkState.DEAD)
        for text in found:
            address = ipaddress.ip_address(text)
            if not (host.lower() in self._hosts or self._excepted(address) or is_public(address)):
                raise FetchError(
                    host,
                    f"leads to {text}, which is no address of the public internet",
                    remedy="If it is meant, name it in the setting fetch.allow.",
                    state=LinkState.UNSAFE,
                )
        return list(found)

    async def _is_online(self) -> bool:
        try:
            return bool(await self._resolve(self._control, 443))
        except OSError:
            return False

    def _excepted(self, address: IPAddress) -> bool:
        return any(
            address.version == network.version and address in network for network in self._networks
        )


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to addresses that a guard lets through, and to nothing else."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the host's addresses that answers."""
        last: Exception | None = None
        for address in await self._guard.addresses(host, port):
            try:
                return await self._backend.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        assert last is not None
        raise last

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: SocketOptions = None
    ) -> httpcore.AsyncNetworkStream:
        """No document lives on a socket of this machine."""
        raise FetchError(path, "is a socket of this machine", state=LinkState.UNSAFE)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._backend.sleep(seconds)
