"""A mail server and an SMS gateway as they stand outside OneDoor: small, real, on a port of this machine."""

import asyncio
import email
import email.policy
import json
from email.message import EmailMessage
from typing import Self


class _Server:
    port: int

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.talk(reader, writer)
        finally:
            writer.close()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError


class MailServer(_Server):
    """Speaks enough SMTP to take letters."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 city\r\n")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                letter = email.message_from_bytes(body[:-5], policy=email.policy.default)
                assert isinstance(letter, EmailMessage)
                self.letters.append(letter)
            if word == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            writer.write(b"250 ok\r\n")


class SmsGateway(_Server):
    """Takes `POST {to, text, reference}`; `refusals` is how many requests it answers with 503 first."""

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.refusals = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/send"

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        body = json.loads(await reader.readexactly(length))
        status = "200 OK"
        if "authorization: bearer sms-secret" not in head:
            status = "401 Unauthorized"
        elif self.refusals:
            self.refusals -= 1
            status = "503 Busy"
        else:
            self.sent.append(body)
        writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
