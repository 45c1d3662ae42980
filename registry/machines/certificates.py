"""TLS that ends here, and the certificate at the other end, to which access tokens are bound (RFC 8705)."""

import ssl
from asyncio import BaseTransport
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

from registry.errors import ConfigurationError


def tls(certificate: Path | None, key: Path | None, clients: Path | None) -> ssl.SSLContext | None:
    """Make what ends TLS: our certificate chain, its key, and the authorities of our clients' certificates.

    None where no certificate is set. Raises `ConfigurationError` for files that do not fit, and for a key that
    others could read. A client may come without a certificate, and reads what is public; it gets no token.
    """
    if certificate is None or key is None:
        if certificate is not None or key is not None or clients is not None:
            raise ConfigurationError("TLS needs both a certificate and its key, and client authorities need TLS")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if key.stat().st_mode & 0o077:
            raise ConfigurationError("the key of the TLS certificate must have mode 0600")
        context.load_cert_chain(certificate, key)
        if clients is not None:
            context.load_verify_locations(clients)
            context.verify_mode = ssl.CERT_OPTIONAL
    except OSError:
        raise ConfigurationError("the files of TLS cannot be read, or do not belong together") from None
    return context


def thumbprint(transport: BaseTransport | None) -> str | None:
    """Give the `x5t#S256` of the certificate at the other end: SHA-256 of its DER form, base64url. None without one."""
    connection = transport.get_extra_info("ssl_object") if transport is not None else None
    der = connection.getpeercert(binary_form=True) if connection is not None else None
    return urlsafe_b64encode(sha256(der).digest()).rstrip(b"=").decode("ascii") if der else None
