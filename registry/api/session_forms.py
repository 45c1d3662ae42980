"""The forms of the pages by which people sign in and look after their accounts."""

from typing import Annotated, Final, TypeVar

from aiohttp import web
from pydantic import Field

from registry.api.models import Model
from registry.api.reading import FORM, read_body, read_form

MAXIMUM_FORM: Final = 1 << 16
FORM_SECONDS: Final = 10.0
Form = TypeVar("Form", bound=Model)

Short = Annotated[str, Field(max_length=128)]
Long = Annotated[str, Field(max_length=8192)]
Response = Annotated[str, Field(max_length=16384)]


class SignOutForm(Model):
    """A button: the token alone."""

    csrf: Short


class PasswordForm(Model):
    """Name, password and code, on one page: whoever fails does not learn by which of them."""

    csrf: Short
    name: Short
    password: Annotated[str, Field(max_length=1024)]
    code: Short


class PasskeyForm(Model):
    """What a passkey answered."""

    csrf: Short
    ticket: Long
    response: Response


class InvitationForm(Model):
    """The invitation."""

    csrf: Short
    invitation: Short


class PasswordSetupForm(Model):
    """A password and the first code of the authenticator."""

    csrf: Short
    invitation: Short
    ticket: Long
    password: Annotated[str, Field(max_length=1024)]
    code: Short


class PasskeySetupForm(Model):
    """A passkey that was made."""

    csrf: Short
    invitation: Short
    ticket: Long
    response: Response


class SessionForm(Model):
    """Which session to end; `all` for every one."""

    csrf: Short
    session: Short


class NewPasswordForm(Model):
    """A password in the place of the one there is."""

    csrf: Short
    password: Annotated[str, Field(max_length=1024)]


class CredentialForm(Model):
    """Which credential to remove."""

    csrf: Short
    credential: Short


class LogoutForm(Model):
    """What an identity provider says over the back channel."""

    logout_token: Response


async def form_of(request: web.Request, model: type[Form]) -> Form:
    """Read a form; raises `HttpProblem`."""
    body = await read_body(request, media_type=FORM, limit=MAXIMUM_FORM, seconds=FORM_SECONDS)
    return read_form(model, body)
