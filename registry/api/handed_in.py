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
from registry.messages.document import HEADER, Bound, DocumentSignature, weigh_document
from registry.values.identifiers import KeyId


def weighed_document(
    route: Route, request: web.Request, services: Services, principal: Principal
) -> DocumentSignature | None:
    """Weigh a document's signature by its head, before the body is read; raises `NotSigned`."""
    lines = request.headers.getall(HEADER, [])
    if not (route.document and "Authorization" in request.headers):
        if lines:
            raise NotSigned("document-signature-not-taken", field=HEADER)
        return None
    keys = services.enrolment().keys
    found = weigh_document(
        lines,
        Bound(
            institution=principal.institution,
            ledger=services.checker.signer.issuer,
            method=request.method,
            target_uri=services.sign_in.issuer + request.raw_path,
        ),
        key_of=lambda kid: keys.get((principal.institution, KeyId(kid))),
        now=services.clock(),
    )
    if found is None:
        raise NotSigned("document-signature-missing", field=HEADER)
    return found


def held_document(signature: DocumentSignature | None, body: bytes) -> HandedIn | None:
    """Hold the document to its signature, now that it is there; raises `NotSigned`."""
    if signature is None:
        return None
    signature.hold(body)
    return HandedIn(content=body, signature=signature)
