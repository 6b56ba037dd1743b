"""Loaded before the code of every function of the embedded AWS: nothing but this machine can be called.

A client library may call somebody in the background, such as Google's for where its credentials are from.
"""

import ipaddress
import socket
from typing import Any

_getaddrinfo, _connect = socket.getaddrinfo, socket.socket.connect


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    try:
        return host in (None, "", "localhost") or ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
    """Knows loopback addresses alone."""
    if not _is_here(host):
        raise socket.gaierror(socket.EAI_NONAME, f"there is no way out of the embedded AWS to {host}")
    return _getaddrinfo(host, *arguments, **options)


def connect(self: socket.socket, address: Any) -> None:
    """Reaches loopback addresses alone."""
    if isinstance(address, tuple) and not _is_here(address[0]):
        raise ConnectionRefusedError(f"there is no way out of the embedded AWS to {address[0]}")
    _connect(self, address)


socket.getaddrinfo = getaddrinfo
socket.socket.connect = connect  # type: ignore[method-assign]
