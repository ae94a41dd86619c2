"""Refuses, by an audit hook, every connection and name look-up that would leave this machine (PEP 578)."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

NAMES_HERE = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost"})
LOOK_UPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
CONTACTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


class NetworkRefused(RuntimeError):
    """A test tried to leave this machine."""


attempts: list[str] = []
"""Every refused attempt of this process, oldest first."""

_installed: list[bool] = []  # a hook cannot be taken out again, so it must go in only once


def install() -> None:
    """Refuse from now on, until the process ends."""
    if not _installed:
        _installed.append(True)
        sys.addaudithook(_refuse)


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    if event in LOOK_UPS:
        host = args[0]
    elif event in CONTACTS:
        host = args[1][0] if isinstance(args[1], tuple) else None  # a Unix socket's address is a path
    else:
        return
    if not is_here(host):
        attempts.append(f"{event} {host}")
        mend = "serve it on this machine (tests/support/http_server.py)"
        raise NetworkRefused(f"a test may not use the network ({event} {host}): {mend}")


def is_here(host: object) -> bool:
    """Whether a host name or address is this machine."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name is None or str(name).lower() in NAMES_HERE:
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
