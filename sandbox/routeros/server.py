"""The sockets of the API: plain and TLS, opened and closed at will (a closed port is one of the faults)."""

import asyncio
import ssl

from sandbox.routeros.router import Router
from sandbox.routeros.session import Session


class ApiServer:
    """Listens for API connections of one router. A port of 0 is chosen on the first opening and then kept."""

    def __init__(self, router: Router, host: str, port: int, tls_port: int, tls: ssl.SSLContext | None) -> None:
        self.router = router
        self.host = host
        self.port = port
        self.tls_port = tls_port
        self.tls = tls
        self._servers: list[asyncio.Server] = []

    async def open(self) -> None:
        """Listen."""
        if self._servers:
            return
        loop = self.router.loop
        plain = await loop.create_server(lambda: Session(self.router), self.host, self.port, backlog=256)
        self.port = plain.sockets[0].getsockname()[1]
        self._servers.append(plain)
        if self.tls is not None:
            secure = await loop.create_server(
                lambda: Session(self.router, is_tls=True), self.host, self.tls_port, ssl=self.tls, backlog=256
            )
            self.tls_port = secure.sockets[0].getsockname()[1]
            self._servers.append(secure)

    def close(self) -> None:
        """Stop listening and break every connection."""
        for server in self._servers:
            server.close()
        self._servers = []
        for session in list(self.router.sessions):
            session.close(reset=True)
