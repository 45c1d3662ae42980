"""Certificates of an invented authority, made for a test: a server's, and those of clients."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

START = datetime(2026, 1, 1, tzinfo=UTC)


class Authority:
    """Issues certificates into a folder: `name.crt` and `name.key`; its own is `authority.crt`."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self.folder, self.name = folder, name
        self._key = generate_private_key(SECP256R1())
        self._subject = _named(name)
        self._write(name, self._signed(self._subject, self._key.public_key(), authority=True), self._key)

    def certificate(self, name: str = "") -> Path:
        return self.folder / f"{name or self.name}.crt"

    def key(self, name: str) -> Path:
        return self.folder / f"{name}.key"

    def issue(self, name: str) -> None:
        key = generate_private_key(SECP256R1())
        self._write(name, self._signed(_named(name), key.public_key(), authority=False), key)

    def client(self, name: str | None, *, server: Path | None = None) -> ssl.SSLContext:
        """What a client connects with: its own certificate, or none; it trusts who issued the server's."""
        return connecting(self.folder, name, server=server or self.certificate())

    def _signed(self, subject: x509.Name, public, *, authority: bool) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(START)
            .not_valid_after(START + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if not authority:
            here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
            builder = builder.add_extension(here, critical=False)
        return builder.sign(self._key, SHA256())

    def _write(self, name: str, certificate: x509.Certificate, key) -> None:
        self.certificate(name).write_bytes(certificate.public_bytes(Encoding.PEM))
        self.key(name).touch(mode=0o600)
        self.key(name).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def connecting(folder: Path, name: str | None, *, server: Path | None = None) -> ssl.SSLContext:
    """What a client connects with whose certificate lies in a folder; `server` is whom it trusts."""
    context = ssl.create_default_context(cafile=server or folder / "authority.crt")
    if name is not None:
        context.load_cert_chain(folder / f"{name}.crt", folder / f"{name}.key")
    return context


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
