"""Pages that are made from the route table: docs/reference/http.md and problems.md, tests/golden/access.txt."""

from collections.abc import Iterator, Sequence

from registry.access.actors import Role
from registry.access.permissions import TABLE
from registry.api.admission import budgets_of
from registry.api.codes import MEANINGS
from registry.api.field_codes import FIELD_CODES
from registry.api.openapi import problems_of
from registry.api.problems import TYPE_PREFIX
from registry.api.route import KIBIBYTE, IfMatch, Route
from registry.api.statuses import status_of
from registry.limits.table import TABLE as BUDGETS

_HTTP_HEAD = """# The interface over HTTP

Made from the route table, `registry/api/routes.py`; `/openapi.json` says the same for machines.

Every route but the public ones wants `Authorization: Bearer` with an access token of `POST /v1/token`. Bodies are
JSON in UTF-8 with known fields only. A write wants an `Idempotency-Key`: the same key with the same request, byte
for byte, gives the same receipt, with another request 422. Where `If-Match` stands, it holds the `ETag` that the
order was read with; a check answers the order's `version`, which is the same number. Lists are pages: `next` of one
is `after` of the following one. Failures are [problems](problems.md). A label names an element within one request
alone; the receipt says which reference it was given. A request is counted against [budgets](limits.md); one that is
used up is answered 429 with `Retry-After`, and `RateLimit` tells how much is left.

## Signed requests

A machine signs every request that records something, checks among them (RFC 9421, one signature), with a key that the
directory holds of the institution that signed in:

* covered: `"@method"`, `"@target-uri"`, `"content-digest"`, `"content-type"`, `"authorization"`, and
  `"idempotency-key"`, `"if-match"` and `"document-signature"` where the request has them; nothing else, in any order
* parameters: `created` and `expires` (at most 300 s later; clocks may differ by 60 s), `keyid`, `alg` (`ed25519` or
  `ecdsa-p256-sha256`, as the key is), `nonce` (16 to 128 letters, used once), `tag="po-v1"`
* `@target-uri` begins with the registry's own name, `issuer` of `GET /`, whatever address the request is sent to
* `Content-Digest` is `sha-256` of the body and nothing else (RFC 9530)

The answer is signed in turn, by the key of `GET /v1/keys`: `"@status"`, `"content-digest"` and `"signature";req`, which
binds it to its request. [How to sign in a machine](../how-to/sign-in-a-machine.md) shows it.

## Signed documents

Where `Document-Signature` stands below, the body is a document of an order: a machine signs it, and the registry keeps
both, sealed, as evidence (`document.signed.1`). A person's session signs nothing.

* a detached JWS: header and signature in base64url with two full stops between (RFC 7515, Appendix F), over the
  header, a full stop and the body as it is sent (RFC 7797)
* header, these members and no other: `alg` (`Ed25519`, `EdDSA` or `ES256`, as the key is), `kid`, `typ`
  (`po-document+jws`), `b64` (false), `crit` (`["b64"]`), `iss` (the institution), `aud` (`ledger` of `GET /`), `iat`
  (at most a day ago), `jti` (16 to 64 letters of base64url, counts once), `htm` (`POST`), `htu` (as `@target-uri`)
* one field of at most 2,048 characters, covered by the signature of the request; on any other route it is refused

`GET /v1/facts/{fact_ref}/document` gives both back. [How to sign a document](../how-to/sign-a-document.md) shows it.
"""

_PROBLEMS_HEAD = f"""# Problems

Every failure is `application/problem+json` (RFC 9457). `type` is `{TYPE_PREFIX}<code>`, `errors` names places in the
request by JSON pointers, `legal_basis` cites the law where it decided, `incident` finds what nobody expected in the
log. Nothing that was sent is repeated: not a value, and not the name of a field that the schema does not know.

A reference that is not there and one that is not yours are answered alike.
"""


_LIMITS_HEAD = """# Limits

Made from `registry/limits/table.py` and the route table. Why they are as they are: [0021](../decisions/0021-limits.md).

Each holder has a budget of its own: an institution, an officer of it (`on_behalf_of` of the assertion), or the peer
that a request comes from. A sliding window counts. Beyond the limit and up to the ceiling a check is still answered,
and a line of the log says so; beyond the ceiling the answer is 429 `too-many-requests` with `Retry-After`. Answers to
whoever is signed in carry `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).

`REGISTRY_LIMITS` names a file with lines such as `checks-of-an-officer 120/minute ceiling 1200`, for the budgets that
an operator wants otherwise; `registry limits` prints the table that holds. Counters are kept by each process alone: of
several processes on one database each gives the whole budget.
"""


def http_page(routes: Sequence[Route]) -> str:
    """Give docs/reference/http.md."""
    return "\n".join([_HTTP_HEAD, *(line for route in routes for line in _section(route))]).rstrip() + "\n"


def _section(route: Route) -> Iterator[str]:
    yield f"## `{route.method} {route.path}`"
    yield ""
    yield route.summary
    yield ""
    roles = sorted(TABLE[route.action].roles) if route.action else []
    yield f"* Who: {', '.join(roles)} ({TABLE[route.action].scope.value})" if route.action else "* Who: everybody"
    model = route.request or route.form
    if model is not None:
        yield f"* Request: `{model.__name__}`, at most {route.body_limit // KIBIBYTE} KiB"
    if route.response is not None:
        yield f"* Answer: {route.status} `{route.response.__name__}`" + (" or an event stream" if route.stream else "")
    if route.needs_idempotency_key:
        yield "* `Idempotency-Key`: required"
    if route.signed:
        yield "* Signed: `Content-Digest`, `Signature-Input`, `Signature`"
    if route.document:
        yield "* Document: signed by a machine, and kept: `Document-Signature`"
    if route.if_match is not IfMatch.NONE:
        yield f"* `If-Match`: {route.if_match.value}"
    for parameter in route.parameters:
        yield f"* `?{parameter.name}=`: {parameter.description}"
    if budgets_of(route):
        yield f"* Budget: {', '.join(f'`{budget.name}`' for budget in budgets_of(route))}"
    if route.problems:
        yield f"* Problems of its own: {', '.join(f'`{code}`' for code in dict.fromkeys(route.problems))}"
    yield ""


def problems_page(routes: Sequence[Route]) -> str:
    """Give docs/reference/problems.md."""
    known = {code for route in routes for code in problems_of(route)}
    lines = [_PROBLEMS_HEAD, "| code | status | meaning |", "|---|---|---|"]
    lines += [f"| `{code}` | {status_of(code)} | {MEANINGS[code]} |" for code in sorted(set(MEANINGS) | known)]
    lines += ["", "## Codes of fields", "", "They stand in `errors` of `does-not-fit`.", "", "| code | meaning |"]
    lines += ["|---|---|", *(f"| `{code}` | {meaning} |" for code, meaning in sorted(FIELD_CODES.items()))]
    return "\n".join(lines) + "\n"


def limits_page(routes: Sequence[Route]) -> str:
    """Give docs/reference/limits.md."""
    lines = [_LIMITS_HEAD, "| budget | of | limit | ceiling | counts |", "|---|---|---|---|---|"]
    lines += [
        f"| `{each.name}` | {each.per.value} | {each.limit} | {each.ceiling} | {each.meaning} |" for each in BUDGETS
    ]
    lines += ["", "## Which routes count", "", "| route | budgets |", "|---|---|"]
    for route in routes:
        names = ", ".join(f"`{budget.name}`" for budget in budgets_of(route)) or "none"
        lines.append(f"| `{route.method} {route.path}` | {names} |")
    return "\n".join(lines) + "\n"


def access_table(routes: Sequence[Route]) -> str:
    """Give tests/golden/access.txt: every route by every role, and every action that no route asks for."""
    lines = [
        f"{route.method:4} {route.path:52} {route.action.value if route.action else 'PUBLIC':20} "
        f"{TABLE[route.action].scope.value if route.action else '-':21} {role.value:20} {_may(route, role)}"
        for route in routes
        for role in Role
    ]
    asked = {route.action for route in routes}
    for action, permission in TABLE.items():
        if action not in asked:
            lines += [
                f"{'-':4} {'(no route)':52} {action.value:20} {permission.scope.value:21} {role.value:20} "
                f"{'yes' if role in permission.roles else 'no'}"
                for role in Role
            ]
    return "".join(f"{line}\n" for line in lines)


def _may(route: Route, role: Role) -> str:
    return "yes" if route.action is None or role in TABLE[route.action].roles else "no"
