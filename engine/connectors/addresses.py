"""Which addresses calls may reach: public ones, and those of hosts an operator allowed (decision 20)."""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Thread
from typing import Final

from engine.connectors.contract import CallFailed, Grants, Resolver

_NAT64: Final = ip_network("64:ff9b::/96")
_MORE_PRIVATE: Final = tuple(
    map(ip_network, ("64:ff9b:1::/48", "100.64.0.0/10", "192.88.99.0/24", "fec0::/10", "2001:db8::/32", "3fff::/20"))
)
"""Not for the public Internet either, whatever the standard library of the day says."""


def system_resolver(host: str, port: int) -> Sequence[str]:
    """Ask the system. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def pinned(host: str, port: int, grants: Grants, seconds: float) -> tuple[str, ...]:
    """Resolve a host once and give the addresses that a connection may be made to.

    All of them must be admissible: a name with one public and one private address is no accident. Raises CallFailed.
    """
    found = _resolved(grants.resolve or system_resolver, host, port, seconds)
    if not found:
        raise CallFailed(f"The host {host} has no address.", code="unreachable")
    allowed = host in grants.hosts or f"{host}:{port}" in grants.hosts
    for text in found:
        address = _address(text)
        if address is None or not reachable(address) or not (allowed or public(address)):
            message = f"The host {host} lies in a private network, and no operator has allowed it."
            raise CallFailed(message, permanent=True)
    return tuple(found)


def public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an address belongs to the public Internet; what hides an IPv4 address is judged by that one."""
    inner = _inner(address)
    if inner is not None:
        return public(inner)
    return address.is_global and not any(address in net for net in _MORE_PRIVATE if net.version == address.version)


def reachable(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an address can be that of one host: never a group, everybody or nobody."""
    inner = _inner(address)
    if inner is not None:
        return reachable(inner)
    everybody = address == IPv4Address("255.255.255.255")
    return not (address.is_multicast or address.is_unspecified or everybody)


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _resolved(resolve: Resolver, host: str, port: int, seconds: float) -> Sequence[str]:
    """Ask within a time: the system's resolver knows no bound of its own that holds everywhere."""
    answer: list[Sequence[str]] = []
    trouble: list[Exception] = []

    def ask() -> None:
        try:
            answer.append(resolve(host, port))
        except (OSError, ValueError) as error:
            trouble.append(error)

    asking = Thread(target=ask, name="keelson-resolver", daemon=True)
    asking.start()
    asking.join(seconds)
    if answer:
        return answer[0]
    if trouble:
        raise CallFailed(f"The host {host} cannot be found: {trouble[0]}", code="unreachable")
    raise CallFailed(f"The name server did not answer for {host} in time.", code="timeout")
