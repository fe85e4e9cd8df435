"""What httpx speaks through: aiohttp's connections, at a third of what httpx' own cost (decision 20).

Callers see httpx and its errors alone. Nothing is added to a request, not a header and not a cookie, and its address goes out
byte for byte, since some are signed.
"""

import ssl
from collections.abc import AsyncIterator

import aiohttp
import httpx
from yarl import URL

AT_ONCE = 100
IDLE_SECONDS = 5.0
"""As httpx has it; servers of ours keep a connection for 75 seconds."""
HEAD_BYTES = 65_536
CHUNK = 65_536
ADDED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
MEANINGS: tuple[tuple[type[BaseException], type[httpx.TransportError]], ...] = (
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (TimeoutError, httpx.ReadTimeout),
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (aiohttp.NonHttpUrlClientError, httpx.UnsupportedProtocol),
    (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError),
    (aiohttp.ClientOSError, httpx.ReadError),
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError),
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError),
    (aiohttp.ClientError, httpx.NetworkError),
    (OSError, httpx.NetworkError),
)
"""The first that fits."""
FAILURES = (aiohttp.ClientError, OSError)
"""All of these, and nothing else: a mistake of ours stays what it is."""


class Line(httpx.AsyncBaseTransport):
    """Opens its connections when first used, in the loop that uses it. Where nothing came back and the method is idempotent
    (RFC 9110, 9.2.2) it asks once more."""

    def __init__(self, verify: ssl.SSLContext) -> None:
        self._verify = verify
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises httpx.TransportError."""
        body = await request.aread()
        try:
            answer = await self._opened().request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=[(name.decode(), value.decode()) for name, value in request.headers.raw],
                data=body or None,
                allow_redirects=False,
                timeout=_patience(request),
                server_hostname=request.extensions.get("sni_hostname"),
            )
        except FAILURES as error:
            raise _meant(error, request) from error
        return httpx.Response(answer.status, headers=list(answer.raw_headers), stream=_Body(answer, request))

    async def aclose(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(ssl=self._verify, limit=AT_ONCE, keepalive_timeout=IDLE_SECONDS)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=ADDED,
                auto_decompress=False,
                trust_env=False,
                max_line_size=HEAD_BYTES,
                max_field_size=HEAD_BYTES,
            )
        return self._session


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: aiohttp.ClientResponse, request: httpx.Request) -> None:
        self._answer, self._request = answer, request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._answer.content.iter_any():
                yield chunk
        except FAILURES as error:
            raise _meant(error, self._request) from error

    async def aclose(self) -> None:
        """Gives the connection back; where the body was not read to its end, closes it."""
        if self._answer.content.at_eof():
            self._answer.release()
        else:
            self._answer.close()


def _patience(request: httpx.Request) -> aiohttp.ClientTimeout:
    """httpx counts waiting for a connection and making one apart; no more than both together is waited for either."""
    given = request.extensions.get("timeout", {})
    pool, connect = given.get("pool"), given.get("connect")
    both = None if pool is None or connect is None else pool + connect
    return aiohttp.ClientTimeout(total=None, connect=both, sock_connect=connect, sock_read=given.get("read"))


def _meant(error: Exception, request: httpx.Request) -> httpx.TransportError:
    meaning = next(meaning for kind, meaning in MEANINGS if isinstance(error, kind))
    return meaning(str(error) or type(error).__name__, request=request)
