"""The protected person's mailbox: a real SMTP server on the loopback that keeps what it is sent (RFC 5321).

It speaks just enough of the protocol for a conversation, and keeps every line of it, so that the
story can show that nothing in it gives anything away.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Final

_MAXIMUM_LINE: Final = 2048
_MAXIMUM_LINES: Final = 500


@dataclass(kw_only=True)
class Mailbox:
    """Messages as they arrived, and the conversations they arrived by."""

    messages: list[str] = field(default_factory=list[str])
    conversation: list[str] = field(default_factory=list[str])
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None

    async def open(self) -> int:
        """Listen on a free port of the loopback; gives the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_MAXIMUM_LINE)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._converse(reader, writer)
        except (ConnectionError, ValueError, asyncio.IncompleteReadError):
            # The peer went away, or said more than a line holds: the conversation is over.
            self.conversation.append("closed")
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say(writer, "220 mailbox.invalid ESMTP")
        for _ in range(_MAXIMUM_LINES):
            line = await self._hear(reader)
            verb = line[:4].upper()
            if verb == "DATA":
                await self._say(writer, "354 go on")
                await self._take(reader)
                await self._say(writer, "250 taken")
            elif verb == "QUIT":
                await self._say(writer, "221 bye")
                return
            else:
                await self._say(writer, "250 mailbox.invalid" if verb in {"EHLO", "HELO"} else "250 ok")

    async def _take(self, reader: asyncio.StreamReader) -> None:
        lines: list[str] = []
        while len(lines) < _MAXIMUM_LINES:
            line = await self._hear(reader)
            if line == ".":
                break
            lines.append(line.removeprefix("."))
        self.messages.append("\n".join(lines))
        self.arrived.set()

    async def _say(self, writer: asyncio.StreamWriter, line: str) -> None:
        self.conversation.append(f"S: {line}")
        writer.write(line.encode() + b"\r\n")
        await writer.drain()

    async def _hear(self, reader: asyncio.StreamReader) -> str:
        raw = await reader.readuntil(b"\r\n")
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        self.conversation.append(f"C: {line}")
        return line
