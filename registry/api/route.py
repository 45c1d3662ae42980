"""What a route is: everything that the router, the OpenAPI document and the reference say of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from registry.access.actors import Principal
from registry.access.permissions import Action
from registry.api.models import Model
from registry.api.services import Services
from registry.boundary import Idempotency
from registry.handing_in import HandedIn
from registry.sight import Sight
from registry.values.look import LookPurpose

KIBIBYTE = 1024
NIL = UUID(int=0)


class IfMatch(StrEnum):
    """Whether a request must say which version of the order it has seen."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """A parameter of the query."""

    name: str
    pattern: str
    description: str
    example: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request, read: what a handler sees."""

    request: web.Request
    services: Services
    principal: Principal
    """Of no roles where the route is public."""
    reference: UUID
    """The reference in the path; the nil UUID where there is none."""
    path: str
    place: str
    """What stands in the path at the route's `place`; empty where it has none."""
    query: Mapping[str, str]
    body: bytes = field(repr=False)
    model: Model | None = field(repr=False)
    idempotency: Idempotency | None = field(repr=False)
    handed_in: HandedIn | None
    """The body with its institution's signature, where the route keeps it."""
    expected_version: int | None
    sight: Sight
    """Through which sealed data is opened for this answer, and which notes what is shown."""
    renewed: Callable[[], Awaitable[Principal]]
    """Signs in again by the same token: raises once it has run out, or the institution was removed."""


Handler = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One line of the route table."""

    method: str
    path: str
    action: Action | None
    """None: public."""
    summary: str
    handler: Handler
    response: type[BaseModel] | None
    status: int = 200
    request: type[Model] | None = None
    form: type[Model] | None = None
    """A form in place of JSON (sign-in alone)."""
    problems: tuple[str, ...] = ()
    """Codes of its own, beside those that every route may give."""
    needs_idempotency_key: bool = False
    document: bool = False
    """Whether its body is a document of an order, which a machine signs and the registry keeps (RFC 7515)."""
    if_match: IfMatch = IfMatch.NONE
    body_limit: int = 16 * KIBIBYTE
    parameters: tuple[Parameter, ...] = ()
    place: Parameter | None = None
    """What stands in the path where it is no reference: a number, or the rest of a path. None other is found."""
    produces: str = "application/json"
    """The media type of the answer."""
    also: tuple[str, ...] = ()
    """Media types that it is given in too, to who accepts them."""
    absent: str = "not-found"
    """The code for a reference in the path that is none."""
    etag: bool = False
    """Whether the answer carries the order's ETag."""
    look: LookPurpose | None = None
    """What it is read for, where it shows data of an order: the look is recorded before the answer leaves."""
    stream: bool = False
    """Whether it can also answer as an event stream."""

    @property
    def reference(self) -> str | None:
        """Give the name of the reference in the path."""
        return None if self.place else self.path.partition("{")[2].partition("}")[0] or None

    @property
    def pattern(self) -> str:
        """Give the path as the router takes it: a place may hold slashes."""
        return self.path.replace(f"{{{self.place.name}}}", f"{{{self.place.name}:.+}}") if self.place else self.path

    @property
    def signed(self) -> bool:
        """Say whether a machine signs its request: wherever something is recorded (RFC 9421)."""
        return self.action is not None and self.method != "GET"

    @property
    def operation(self) -> str:
        """Give the operation's id: the method and the words of the path."""
        words = self.path.removeprefix("/v1").replace("{", "").replace("}", "").replace(".", "/").split("/")
        return "_".join([self.method.lower(), *(word.replace("-", "_") for word in words if word)]) or "get"
