"""A mail server on the loopback that keeps every byte of every conversation, and answers as it is told."""

import asyncio
import ssl
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass
class MailServer:
    """What it heard, and what it will say."""

    port: int = 0
    heard: bytearray = field(default_factory=bytearray)
    """Every byte that a client sent, after TLS was taken off."""
    mails: list = field(default_factory=list)
    """Envelope sender, recipients, content."""
    answers: dict = field(default_factory=dict)
    """A reply to give at `RCPT` or `DATA`, such as `550 no`."""
    greetings: list = field(default_factory=list)
    """The names that clients gave."""
    secured: list = field(default_factory=list)
    """For each mail, whether it came over TLS."""

    async def handle_EHLO(self, _, session, __, hostname, responses):  # noqa: N802  # the library's name
        session.host_name = hostname
        self.greetings.append(hostname)
        return responses

    async def handle_RCPT(self, _, __, envelope, address, ___):  # noqa: N802  # the library's name
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _, session, envelope):  # noqa: N802  # the library's name
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.mails.append((envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content))
        self.secured.append(session.ssl is not None)
        return "250 ok"


class Listening(SMTP):
    """The library's server, with an ear on the line."""

    def __init__(self, server, **options):
        super().__init__(server, **options)
        self._server = server

    async def _handle_client(self):
        reader = self._reader
        heard = self._server.heard
        for name in ("readuntil", "readline"):
            read = getattr(reader, name)

            async def listen(*arguments, read=read, **more):
                line = await read(*arguments, **more)
                heard.extend(line)
                return line

            setattr(reader, name, listen)
        await super()._handle_client()


@asynccontextmanager
async def a_mail_server(tls=None, **options):
    """Run a server for the length of a block; gives it, with its port."""
    server = MailServer()
    listener = await asyncio.get_running_loop().create_server(
        lambda: Listening(server, tls_context=tls, hostname="mail.simulated", **options), "127.0.0.1", 0
    )
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        await listener.wait_closed()


@asynccontextmanager
async def a_server_that_never_answers():
    """Run a server that takes connections and says nothing; gives its port."""
    writers = []
    listener = await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        for writer in writers:
            writer.close()
        listener.close()
        await listener.wait_closed()


def certificate(folder, name="127.0.0.1"):
    """Make a certificate for a loopback server; gives the server's context and one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.simulated")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    trusting = ssl.create_default_context(cadata=made.public_bytes(Encoding.PEM).decode())
    return serving, trusting
