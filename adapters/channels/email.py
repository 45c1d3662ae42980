"""E-mail by SMTP: the same neutral words whatever happened, and as few headers as mail can have.

What a server's answer means (code or event, reason, worth another try):

    421 450 451 452 and every other 4yz        UNREACHABLE   yes
    530 534 535 538 454 (our sign-in or TLS)   UNREACHABLE   yes   ours to set right, not the person's
    550 551 552 553 554 and every other 5yz    REJECTED      no
    no connection, no TLS, lost, timed out     UNREACHABLE   yes
    an address that cannot be written          REJECTED      no

Sender and host name go out with each message: both belong to a domain that says nothing.
"""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from ipaddress import ip_address
from typing import ClassVar, Final, Literal, TypeAlias

import aiosmtplib

from registry.errors import ConfigurationError
from registry.ports import ChannelFailure, ChannelMessage
from registry.values.contact import MessageFailure
from registry.values.parties import ContactPlan
from registry.values.time import Instant, moment_of

Tls: TypeAlias = Literal["starttls", "implicit", "none"]
MAXIMUM_ADDRESS: Final = 254
MAXIMUM_LOCAL_PART: Final = 64
OURS: Final = frozenset({454, 530, 534, 535, 538})
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "ar": ("رسالة جديدة", "لديك رسالة جديدة. المرجع {reference}."),
    "de": ("Neue Nachricht", "Sie haben eine neue Nachricht. Referenz {reference}."),
    "en": ("New message", "You have a new message. Reference {reference}."),
    "es": ("Mensaje nuevo", "Tiene un mensaje nuevo. Referencia {reference}."),
    "fr": ("Nouveau message", "Vous avez un nouveau message. Référence {reference}."),
    "it": ("Nuovo messaggio", "Ha un nuovo messaggio. Riferimento {reference}."),
    "pl": ("Nowa wiadomość", "Masz nową wiadomość. Numer {reference}."),
    "pt": ("Nova mensagem", "Tem uma nova mensagem. Referência {reference}."),
    "tr": ("Yeni mesaj", "Yeni bir mesajınız var. Referans {reference}."),  # noqa: RUF001  # Turkish has a dotless i
    "uk": ("Нове повідомлення", "У вас нове повідомлення. Номер {reference}."),  # noqa: RUF001  # Cyrillic letters are meant
}
"""Subject and text. No name, no court, no order, no link, nothing to answer."""
FALLBACK: Final = "en"
_TLS: Final[Mapping[str, Tls]] = {"starttls": "starttls", "implicit": "implicit", "none": "none"}


@dataclass(frozen=True, kw_only=True, slots=True)
class EmailChannel:
    """Sends through one relay. One connection a message: a relay that hangs holds up nothing else."""

    CODE: ClassVar[str] = "email"

    host: str
    port: int
    sender: str
    """A neutral address, such as `post@mail.example`; its domain also stands in the Message-ID and the greeting."""
    clock: Callable[[], Instant]
    tls: Tls = "starttls"
    """`none` is for a relay on this machine alone."""
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    timeout_seconds: int = 10
    """For each step of the conversation; the outbox limits the whole."""
    trusted: ssl.SSLContext | None = field(default=None, repr=False)
    """Which certificates to trust; None: those of the machine."""

    def __post_init__(self) -> None:
        """Hold the settings to what is safe. Raises `ConfigurationError`."""
        if self.tls == "none" and not _is_loopback(self.host):
            raise ConfigurationError("e-mail without TLS goes to a relay on this machine alone")
        if _deliverable(self.sender) is None:
            raise ConfigurationError("the sender of e-mail is not an address")

    async def send(self, plan: ContactPlan, message: ChannelMessage, /) -> None:
        """Hand the message to the relay; raises `ChannelFailure`. Nothing of an answer's text is kept."""
        recipient = _deliverable(plan.address)
        if recipient is None:
            raise ChannelFailure(MessageFailure.REJECTED, retry=False)
        content = self._content(recipient, message)
        try:
            async with self._client() as client:
                await client.sendmail(self.sender, recipient, content)
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _failure(min((each.code for each in refused.recipients), default=0)) from None
        except aiosmtplib.SMTPResponseException as answer:
            raise _failure(answer.code) from None
        except (aiosmtplib.SMTPException, OSError, EOFError):
            raise ChannelFailure(MessageFailure.UNREACHABLE, retry=True) from None

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            # Without this the greeting tells the name of our machine.
            local_hostname=_domain(self.sender),
            timeout=self.timeout_seconds,
            use_tls=self.tls == "implicit",
            start_tls=self.tls == "starttls",
            tls_context=self.trusted,
        )

    def _content(self, recipient: str, message: ChannelMessage) -> bytes:
        language = message.language.lower().partition("-")[0]
        subject, text = WORDS.get(language, WORDS[FALLBACK])
        mail = EmailMessage(policy=SMTP_POLICY)
        mail["From"] = self.sender
        mail["To"] = recipient
        mail["Subject"] = subject
        mail["Date"] = format_datetime(moment_of(self.clock()).replace(microsecond=0))
        mail["Message-ID"] = f"<{message.message_id.hex}@{_domain(self.sender)}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text.format(reference=message.reference))
        return mail.as_bytes()


def _failure(code: int) -> ChannelFailure:
    """Give what a reply code means, by the table at the head of this file."""
    lasting = 500 <= code <= 599 and code not in OURS  # noqa: PLR2004  # the class of lasting replies, RFC 5321 4.2.1
    if lasting:
        return ChannelFailure(MessageFailure.REJECTED, retry=False)
    return ChannelFailure(MessageFailure.UNREACHABLE, retry=True)


def _deliverable(address: str) -> str | None:
    """Give an address as it goes on the wire; None for what is not one plain address.

    Refused are spaces, controls, lists, quotes and comments, so that no address ends a header or
    adds a recipient; a domain in another script is written in ASCII (IDNA).
    """
    local, _, domain = address.rpartition("@")
    if not local or not domain or len(local) > MAXIMUM_LOCAL_PART:
        return None
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    written = f"{local}@{domain}"
    plain = local.isascii() and all(33 <= ord(each) < 127 and each not in '"(),:;<>@[\\]' for each in local)  # noqa: PLR2004  # visible ASCII
    shaped = all(label and all(each.isalnum() or each == "-" for each in label) for label in domain.split("."))
    return written if plain and shaped and len(written) <= MAXIMUM_ADDRESS else None


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class EmailMaker:
    """What the shelf offers: makes the channel from settings."""

    CODE: ClassVar[str] = EmailChannel.CODE
    SETTINGS: ClassVar[tuple[str, ...]] = ("host", "port", "sender", "tls", "username", "password", "timeout_seconds")

    def open(self, settings: Mapping[str, str], /, *, clock: Callable[[], Instant]) -> EmailChannel:
        """Make the channel; raises `ConfigurationError`, naming the setting and never its value."""
        for name in settings:
            if name not in self.SETTINGS:
                raise ConfigurationError("e-mail has a setting that is not known")
        for name in ("host", "sender"):
            if not settings.get(name):
                raise ConfigurationError(f"e-mail needs the setting {name}")
        tls = _TLS.get(settings.get("tls", "starttls"))
        if tls is None:
            raise ConfigurationError("the setting tls of e-mail is starttls, implicit or none")
        return EmailChannel(
            host=settings["host"],
            port=_number(settings, "port", "25", most=65_535),
            sender=settings["sender"],
            clock=clock,
            tls=tls,
            username=settings.get("username"),
            password=settings.get("password"),
            timeout_seconds=_number(settings, "timeout_seconds", "10", most=600),
        )


def _number(settings: Mapping[str, str], name: str, otherwise: str, *, most: int) -> int:
    text = settings.get(name, otherwise)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= most):
        raise ConfigurationError(f"the setting {name} of e-mail is not a number in its range")
    return int(text)


CHANNEL: Final = EmailMaker()
