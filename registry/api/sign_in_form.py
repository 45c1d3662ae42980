"""The form by which a client signs in (RFC 6749 4.4 with RFC 7523)."""

from typing import Annotated, Literal

from pydantic import Field

from registry.api.models import Model


class TokenRequest(Model):
    """Client credentials, proven by an assertion that the client's key signed."""

    grant_type: Literal["client_credentials"]
    client_assertion_type: Literal["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    client_assertion: Annotated[str, Field(min_length=1, max_length=8192)] = Field(
        description="JWT signed with EdDSA or ES256: iss = sub = the institution, aud = this endpoint, exp at most "
        "5 minutes ahead, iat, a fresh jti; `on_behalf_of` may name the officer by an opaque reference."
    )
