"""The signature of a document at the door: see registry/messages/document.py for what it says and is of.

A machine signs every document of an order that it hands in. A person's session has no key to sign with: the fact names
the account, and what was recorded rests on that. Refused is a signature where none is kept: whoever sent it would
believe that it was.
"""

from aiohttp import web

from registry.access.actors import Principal
from registry.api.route import Route
from registry.api.services import Services
from registry.errors import NotSigned
from registry.handing_in import HandedIn
from registry.messages.document import HEADER, Bound, weigh_document
from registry.values.identifiers import KeyId


def handed_in(
    route: Route, request: web.Request, services: Services, principal: Principal, body: bytes
) -> HandedIn | None:
    """Hold a document to its signature; None where the route keeps none, or a person asks. Raises `NotSigned`.

    Asked after the request's own signature was found right: what is refused here is a document of that institution.
    """
    lines = request.headers.getall(HEADER, [])
    if not (route.document and "Authorization" in request.headers):
        if lines:
            raise NotSigned("document-signature-not-taken", field=HEADER)
        return None
    keys = services.enrolment().keys
    bound = Bound(
        institution=principal.institution,
        ledger=services.checker.signer.issuer,
        method=request.method,
        target_uri=services.sign_in.issuer + request.raw_path,
    )
    found = weigh_document(
        lines, bound, key_of=lambda kid: keys.get((principal.institution, KeyId(kid))), now=services.clock()
    )
    if found is None:
        raise NotSigned("document-signature-missing", field=HEADER)
    found.hold(body)
    return HandedIn(content=body, signature=found)
