"""One frozen `Settings`, read from the environment and nowhere else; unknown variables of ours are an error.

Secrets never stand in a variable: a setting names the file that holds one.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from registry.errors import ConfigurationError

PREFIX: Final = "REGISTRY_"
_PORTS: Final = range(65536)
_PATHS: Final = frozenset(
    {
        "data",
        "heads",
        "issuers",
        "limits",
        "postgresql_dsn_file",
        "providers",
        "security_contact",
        "tls_certificate",
        "tls_clients",
        "tls_key_file",
        "witness",
        "witnesses",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything that can be set. Each field is the variable `REGISTRY_<NAME>` and has a default."""

    data: Path = Path("registry-data")
    """Folder of the ledger, its keys and its views. Made by `registry init`, mode 0700."""
    postgresql_dsn_file: Path | None = None
    """File holding the PostgreSQL connection string; without it the ledger is SQLite in the data folder."""
    heads: Path | None = None
    """Folder of the note that the log signed last: outside every backup. In the data folder if unset."""
    witnesses: Path | None = None
    """File of `witness`, `group`, `quorum` lines (tlog-policy): who cosigns this log, and how many must."""
    host: str = "127.0.0.1"
    """Address to listen on. Without `REGISTRY_TLS_CERTIFICATE`, TLS is ended in front of the registry."""
    port: int = 8606
    """Port to listen on; 0 takes a free one."""
    issuer: str = "http://127.0.0.1:8606"
    """Our own name in tokens: the URL that institutions reach us at, without a trailing slash."""
    tls_certificate: Path | None = None
    """Certificate chain (PEM) with which the registry ends TLS itself."""
    tls_key_file: Path | None = None
    """Its private key (PEM), mode 0600."""
    tls_clients: Path | None = None
    """Authorities (PEM) of clients' certificates: machines then need one, and their tokens are bound to it."""
    issuers: Path | None = None
    """File of other issuers whose access tokens are taken: `docs/how-to/sign-in-a-machine.md`."""
    smtp_host: str = ""
    """Mail server for messages to protected persons; empty: no mail is sent, and messages wait."""
    smtp_port: int = 25
    """Port of the mail server."""
    smtp_sender: str = "messages@registry.invalid"
    """Neutral sender address of messages; it must not name a court or this registry."""
    smtp_security: str = "STARTTLS"
    """`STARTTLS`, `TLS`, or `NONE`, which is refused unless the mail server is on the loopback."""
    keeper: str = "file"
    """What holds the key-encryption keys: `file`, or `pkcs11` for a hardware module. Chosen before `registry init`."""
    pkcs11_module: str = ""
    """Library of the hardware module, such as `/usr/lib/softhsm/libsofthsm2.so`."""
    pkcs11_token: str = ""
    """Label of the token in it that holds this registry's keys, and nothing else."""
    pkcs11_pin_file: str = ""
    """File holding the user PIN of the token, mode 0600."""
    witness: Path | None = None
    """Folder made by `registry witness init`; with it this registry cosigns for the logs that its policy names."""
    site: str = ""
    """Address that people open in a browser, without a path: scope of sessions and passkeys. The issuer's if unset."""
    providers: Path | None = None
    """File of the identity providers that people may sign in through; see `docs/how-to/let-people-sign-in.md`."""
    security_contact: Path | None = None
    """File given at `/.well-known/security.txt` (RFC 9116): whom to tell of a weakness. `Contact` and `Expires`."""
    access_log: str = "off"
    """`on`: stderr has a line for each request that was answered, with its route and institution and nothing else."""
    hold_seconds: int = 30
    """How long a stop waits for requests under way."""
    limits: Path | None = None
    """File of lines `budget amount/time` for budgets that are not to be as docs/reference/limits.md has them."""
    proxies: str = "127.0.0.1,::1"
    """Networks of the servers in front that end TLS: their `X-Forwarded-For` says whom a request is from."""
    outgoing_networks: str = ""
    """Networks that are not public and may be asked all the same, such as `10.20.0.0/16`, or `127.0.0.1` for tests."""


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises `ConfigurationError` naming the variable, never its value."""
    given = os.environ if environment is None else environment
    ours = {name: value for name, value in given.items() if name.startswith(PREFIX)}
    known = {PREFIX + field.name.upper(): field.name for field in fields(Settings)}
    unknown = sorted(set(ours) - set(known))
    if unknown:
        raise ConfigurationError(f"unknown setting {unknown[0]}")
    values = {known[name]: _parsed(name, known[name], text) for name, text in ours.items()}
    return Settings(**values)  # type: ignore[arg-type]  # _parsed gives each field its type


def _parsed(variable: str, field: str, text: str) -> Path | int | str | None:
    if field in _PATHS:
        return Path(text) if text else None
    if field in {"port", "smtp_port", "hold_seconds"}:
        if not text.isascii() or not text.isdigit() or int(text) not in _PORTS:
            raise ConfigurationError(f"{variable} is not a number in range")
        return int(text)
    if field == "smtp_security" and text not in {"STARTTLS", "TLS", "NONE"}:
        raise ConfigurationError(f"{variable} is none of STARTTLS, TLS, NONE")
    if field == "access_log" and text not in {"on", "off"}:
        raise ConfigurationError(f"{variable} is neither on nor off")
    return text


def dsn(settings: Settings) -> str | None:
    """Read the connection string from its file; raises `ConfigurationError` if others could read it too."""
    path = settings.postgresql_dsn_file
    if path is None:
        return None
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8").strip()
    except OSError:
        raise ConfigurationError("the file with the connection string cannot be read") from None
    if mode & 0o077:
        raise ConfigurationError("the file with the connection string must have mode 0600")
    return text
