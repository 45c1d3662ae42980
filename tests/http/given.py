"""A registry over HTTP on the loopback: a real ledger, a real server, three institutions with keys of their own."""

import re
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import cast
from uuid import UUID

import orjson
from aiohttp import ClientSession, web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey
from yarl import URL

from registry.access.directory import Enrolment, parse_enrolment
from registry.api.account_pages import account_pages
from registry.api.connections import Connections
from registry.api.list_models import ProblemDetails
from registry.api.routes import ROUTES
from registry.api.server import Runner, application
from registry.api.services import AlertRow, DeadlineRow, InboxRow, Limits, Services
from registry.api.session_pages import pages
from registry.api.tokens import SignIn
from registry.boundary import Boundary
from registry.card_lists import CardLists
from registry.cards import CardOffice
from registry.check import Checker
from registry.demo.documents import takes_document
from registry.desks import Desks, look_row
from registry.errors import Unavailable
from registry.execute import Executor
from registry.fittings import containers
from registry.founding import found
from registry.ledger.heads import Heads
from registry.ledger.log_store import open_log
from registry.ledger.nonces import open_nonces
from registry.ledger.opening import Ledger, create_ledger, open_ledger
from registry.ledger.proofs import Proofs
from registry.ledger.publisher import Publisher
from registry.ledger.settings import LedgerSettings
from registry.ledger.viewstore import ViewStore
from registry.log_keys import log_signer, receipt_key, unwitnessed
from registry.messages.document import HEADER, Bound, sign_document
from registry.messages.keys import SigningKey
from registry.messages.request import signed_headers
from registry.people.attempts import AttemptsHere
from registry.people.box import box
from registry.people.house import House
from registry.people.passwords import Cost, Passwords
from registry.people.people import People
from registry.people.records import Records
from registry.people.sessions import Sessions
from registry.people.sign_in import PasswordDoor
from registry.roster import Roster
from registry.signing import Signer
from registry.values.time import SECOND, Instant
from registry.vault.card_keys import CardKeys
from registry.vault.keys import KeyRing
from registry.vault.rows import wrapped_key
from registry.views.looks import FOLLOWED, LOOK, LOOKS
from registry.views.police import SUBJECT_KEY, TABLES
from registry.views.police_rows import project
from tests.unit.vault.given import MemoryKeeper

START = Instant(1_790_000_000_000_000)
ISSUER = "https://registry.example"
ROLES = {
    "fr-tj-lille": (["COURT"], ["FR"]),
    "fr-huissier": (["SERVING_AUTHORITY"], ["FR"]),
    "de-ag-mitte": (["COURT", "EXECUTING_AUTHORITY"], ["DE"]),
    "de-polizei": (["POLICE"], ["DE"]),
    "fr-police": (["POLICE"], ["FR"]),
    "xx-import": (["OPERATOR"], ["FR"]),
    "fr-igpn": (["SUPERVISOR"], ["FR"]),
    "gb-court": (["COURT"], ["GB-EAW", "GB-NIR"]),
}


@dataclass
class Clock:
    """A clock that a test sets; each look moves it a little, so that order is always told."""

    now: int = START

    def __call__(self) -> Instant:
        self.now += 1
        return Instant(self.now)

    def pass_seconds(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


@dataclass
class Rows:
    """The lists that views would give."""

    inbox: list[InboxRow] = field(default_factory=list)
    alerts: dict[str, list[AlertRow]] = field(default_factory=dict)
    deadlines: list[DeadlineRow] = field(default_factory=list)


@dataclass(kw_only=True)
class Registry:
    """A registry that answers at `url`, and how to reach into it."""

    services: Services
    ledger: Ledger
    clock: Clock
    rows: Rows
    keys: dict[str, OKPKey | ECKey]
    entries: list[dict]
    session: ClientSession
    url: str
    random: Random
    publisher: Publisher
    connections: Connections
    tokens: dict[str, str] = field(default_factory=dict)

    def head(self) -> int:
        return self.services.reader.head()

    def assertion(self, client: str, *, key: OKPKey | ECKey | None = None, kid: str = "k1", **claims) -> str:
        now = self.clock() // SECOND
        said = {
            "iss": client,
            "sub": client,
            "aud": ISSUER + "/v1/token",
            "iat": now,
            "exp": now + 120,
            "jti": self.random.randbytes(12).hex(),
        } | claims
        signer = key or self.keys[client]
        algorithm = "ES256" if isinstance(signer, ECKey) else "Ed25519"
        header = {"alg": algorithm, "kid": kid, "typ": "JWT"}
        payload = orjson.dumps({name: value for name, value in said.items() if value is not None})
        return jws.serialize_compact(header, payload, signer, algorithms=[algorithm])

    async def sign_in(self, client: str, **claims) -> str:
        async with self.session.post(self.url + "/v1/token", data=form(self.assertion(client, **claims))) as response:
            answered = await response.json()
            assert response.status == 200, answered
        return answered["access_token"]

    async def headers(self, client: str | None, *, key: str | None = "fresh", if_match: str | None = None) -> dict:
        headers = {"Content-Type": "application/json"}
        if client is not None:
            if client not in self.tokens:
                self.tokens[client] = await self.sign_in(client)
            headers["Authorization"] = f"Bearer {self.tokens[client]}"
        if key is not None:
            headers["Idempotency-Key"] = self.random.randbytes(12).hex() if key == "fresh" else key
        if if_match is not None:
            headers["If-Match"] = if_match
        return headers

    async def post(self, client: str | None, path: str, body, *, key="fresh", if_match=None, **more):
        headers = await self.headers(client, key=key, if_match=if_match) | more.pop("headers", {})
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        if client is not None:
            headers |= self.signature(client, path, headers, data)
        async with self.session.post(self.url + path, data=data, headers=headers, **more) as response:
            return as_described("POST", path, Answered(response.status, response.headers, await response.read()))

    def signature(self, client: str, path: str, headers: Mapping[str, str], body: bytes, *, method="POST", **changes):
        """Sign a request as the institution does: by its own key, now, under a nonce of its own."""
        document = {}
        if takes_document(method, path) and HEADER not in headers:
            document[HEADER] = self.document(client, path, body)
        given = {"now": self.clock(), "nonce": self.random.randbytes(16).hex(), "target_uri": ISSUER + path}
        key = changes.pop("key", None) or self.keys[client]
        signer = SigningKey(kid=changes.pop("kid", key.kid), private=key.raw_value)
        covered = {**headers, **document}
        return document | signed_headers(signer, method=method, headers=covered, body=body, **given | changes)

    def institution(self, client: str) -> str:
        """Give whom the client's token names: some speak for one institution by several keys."""
        token = self.tokens.get(client)
        said = orjson.loads(jws.extract_compact(token.encode()).payload)["sub"] if token else client
        return said if said in {entry["institution"] for entry in self.entries} else client

    def document(self, client: str, path: str, body: bytes, *, now=None, jti=None, key=None, kid=None, **changes):
        """Sign a document as the institution does, to be handed in at a path."""
        bound = {
            "institution": self.institution(client),
            "ledger": self.services.checker.signer.issuer,
            "method": "POST",
            "target_uri": ISSUER + path,
        }
        key = key or self.keys[client]
        signer = SigningKey(kid=kid or key.kid, private=key.raw_value)
        jti = jti or self.random.randbytes(16).hex()
        return sign_document(signer, body, Bound(**bound | changes), now=now or self.clock(), jti=jti)

    async def get(self, client: str | None, path: str):
        async with self.session.get(self.url + path, headers=await self.headers(client, key=None)) as response:
            return as_described("GET", path, Answered(response.status, response.headers, await response.read()))

    async def raw(self, path: str, *, client: str | None = None, accept: str | None = None):
        """Get what is no JSON."""
        headers = await self.headers(client, key=None)
        if accept is not None:
            headers = {**headers, "Accept": accept}
        async with self.session.get(URL(self.url + path, encoded=True), headers=headers) as response:
            return Answered(response.status, response.headers, await response.read())

    def enrol_without(self, client: str) -> None:
        self.entries = [entry for entry in self.entries if entry["institution"] != client]


@dataclass
class Answered:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self):
        return orjson.loads(self.body)


def as_described(method: str, path: str, answer: "Answered") -> "Answered":
    """Hold every answer of every test to the schema that the OpenAPI document gives of it."""
    if answer.status >= 400:
        ProblemDetails.model_validate_json(answer.body)
        assert answer.status == answer.json["status"]
        return answer
    for route in ROUTES:
        shape = re.sub(r"\\{[a-z_]+\\}", "[A-Za-z0-9._-]+", re.escape(route.path))
        if route.method == method and re.fullmatch(shape, path.partition("?")[0]):
            assert answer.status == route.status
            if route.response is not None:
                route.response.model_validate_json(answer.body)
            return answer
    raise AssertionError(path)


def form(assertion: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }


@asynccontextmanager
async def a_registry(  # one place makes it
    folder,
    *,
    limits: Limits | None = None,
    roles=ROLES,
    start: Instant = START,
    recorded: bool = False,
    tls=None,
    site: str = ISSUER,
    **sign_in,
):
    """Open a registry with these institutions, born at `start`; `recorded`: its ledger says who they are.

    `sign_in` is more for `SignIn`, `tls` ends TLS.
    """
    random, clock = Random(5), Clock(start)
    settings = LedgerSettings(path=folder / "ledger" / "registry.db")
    settings.path.parent.mkdir(mode=0o700)
    create_ledger(settings, ledger_id=UUID(int=77), inception=start, tables=TABLES)
    ledger = open_ledger(settings, clock=clock, project=project, tables=TABLES)
    keys = {client: new_key(client) for client in roles}
    registry: list[Registry] = []
    log = open_log(settings)
    log.create(f"registry.test/po/{UUID(int=77)}")
    heads = Heads(folder=folder / "heads")
    heads.create()
    publisher = Publisher(
        reader=ledger.reader, store=log, heads=heads, signer=log_signer(bytes(32), log.origin()), clock=clock
    )
    entries = [entry(client, keys[client], *roles[client]) for client in roles]
    nonces = open_nonces(settings)
    services = services_of(
        ledger,
        clock,
        random,
        lambda: registry[0].entries,
        limits or Limits(),
        log,
        publisher,
        nonces,
        sign_in,
        site,
        entries * recorded,
    )
    runner = Runner(application(services))
    await runner.setup()
    # The site of a test that has a real browser names the port; all others take a free one.
    await web.TCPSite(runner, "127.0.0.1", URL(site).explicit_port or 0, ssl_context=tls).start()
    host, port = runner.addresses[0][:2]
    async with ClientSession() as session:
        registry.append(
            Registry(
                services=services,
                ledger=ledger,
                clock=clock,
                rows=ROWS[id(services)],
                keys=keys,
                entries=entries,
                session=session,
                url=f"{'https' if tls else 'http'}://{host}:{port}",
                random=random,
                publisher=publisher,
                connections=runner.connections,
            )
        )
        try:
            yield registry[0]
        finally:
            await session.close()
            await runner.cleanup()
            log.close()
            nonces.close()
            ledger.close()


ROWS: dict[int, Rows] = {}


def signer(ledger_id: str) -> Signer:
    return Signer(ledger_id=ledger_id, key=receipt_key(bytes(32), ledger_id))


def services_of(  # noqa: PLR0917  # one place makes it
    ledger,
    clock,
    random,
    entries: Callable[[], list[dict]],
    limits: Limits,
    log,
    publisher,
    nonces,
    sign_in,
    site,
    recorded=(),
) -> Services:
    reader, rows = ledger.reader, Rows()

    def wrapped(**where):
        found = reader.rows(SUBJECT_KEY, where)
        return wrapped_key(found[0]) if found else None

    ring = KeyRing(
        MemoryKeeper(),
        of_subject=lambda subject: wrapped(subject=subject.bytes),
        by_key_id=lambda key_id: wrapped(key_id=key_id),
    )
    boundary = Boundary(
        ledger_id=str(ledger.ledger_id),
        reader=reader,
        ring=ring,
        claim_key=bytes(32),
        index_key=bytes(range(32)),
        clock=clock,
        entropy=random.randbytes,
    )
    executor = Executor(
        boundary=boundary, writer=ledger.writer, reader=reader, ring=ring, clock=clock, entropy=random.randbytes
    )
    if recorded:
        found(executor, orjson.dumps({"institutions": recorded}), demo=False)
    roster = Roster(reader=reader, ledger_id=ledger.ledger_id)
    known: dict[int, Enrolment] = {}

    def enrolment() -> Enrolment:
        if recorded:
            return roster.enrolment(clock())
        return known.setdefault(len(entries()), parse_enrolment(orjson.dumps({"institutions": entries()})))

    def changes():
        return [change for each in reader.after(0, limit=1000) for change in LOOKS.on(each)]

    def looked():
        return [look_row(change.row) for change in changes() if change.table == LOOK]

    async def caught_up(_, position):
        if position > reader.head():
            raise Unavailable("view-behind")

    cards = CardOffice(
        executor=executor,
        reader=reader,
        keys=CardKeys(bytes(range(64, 96))),
        directory=lambda: enrolment().directory,
        issuer=ISSUER,
        clock=clock,
        entropy=random.randbytes,
    )
    people = people_of(executor, enrolment, clock, random.randbytes, site)
    services = Services(
        people=people,
        doors=(*pages(people), *account_pages(people)),
        executor=executor,
        checker=Checker(
            executor=executor,
            stale_after={},
            engine="law 1",
            clock=clock,
            doubts=lambda: roster.doubts,
            signer=signer(str(ledger.ledger_id)),
        ),
        cards=cards,
        lists=CardLists(cards),
        reader=reader,
        enrolment=enrolment,
        roster=roster,
        sign_in=SignIn(issuer=ISSUER, key=OKPKey.generate_key("Ed25519", parameters={"kid": "t1"}), **sign_in),
        nonces=nonces,
        answer_key=SigningKey(kid="answers", private=Ed25519PrivateKey.from_private_bytes(bytes(range(32)))),
        clock=clock,
        entropy=random.randbytes,
        inbox=lambda _, after, limit: [row for row in rows.inbox if row.position > after][:limit],
        alerts=lambda who, after, limit: [row for row in rows.alerts.get(who, []) if row.position > after][:limit],
        deadlines=lambda _, after, limit: [row for row in rows.deadlines if row.key > after][:limit],
        history=Desks(store=cast("ViewStore", None), reader=reader).history,
        looks_at=lambda ref, after, limit: [
            row for row in looked() if row.look.order_ref == ref and row.position > after
        ][:limit],
        looks_by=lambda who, after: [
            row for row in looked() if row.look.institution == who and (row.look.at, row.position) > after
        ],
        followed=lambda ref, who: [
            change.row["at"]
            for change in changes()
            if change.table == FOLLOWED and (change.row["order_ref"], change.row["institution"]) == (ref.bytes, who)
        ],
        proofs=Proofs(origin=publisher.origin, store=log, published=publisher.published),
        log_keys="",
        log_policy=unwitnessed(log_signer(bytes(32), publisher.origin)),
        views=lambda: {"inbox": reader.head()},
        caught_up=caught_up,
        containers=containers(),
        zone_rules="2026a",
        limits=limits,
    )
    ROWS[id(services)] = rows
    return services


def people_of(executor: Executor, enrolment: Callable[[], Enrolment], clock, entropy, site: str) -> People:
    """Give people who sign in at a site, with hashes that cost nothing."""
    sealed = box(bytes(32), executor.ledger_id, entropy)
    records = Records(executor=executor)
    house = House(
        site=site,
        records=records,
        sessions=Sessions(records=records, hashing=sealed.hashing, entropy=entropy),
        box=sealed,
        passwords=Passwords(entropy=entropy, cost=Cost(memory_kib=8, passes=1, lanes=1)),
        attempts=AttemptsHere(clock=clock),
        enrolment=enrolment,
        clock=clock,
        entropy=entropy,
    )
    return People(house=house, passwords=PasswordDoor(house=house), providers={})


def new_key(client: str) -> OKPKey | ECKey:
    # One of the clients signs as older systems do.
    if client == "de-polizei":
        return ECKey.generate_key("P-256", parameters={"kid": "k1"})
    return OKPKey.generate_key("Ed25519", parameters={"kid": "k1"})


def entry(client: str, key: OKPKey | ECKey, roles=("COURT",), jurisdictions=("FR",)) -> dict:
    return {
        "institution": client,
        "name": f"Name of {client}",
        "roles": list(roles),
        "jurisdictions": list(jurisdictions),
        "contact": "+33 3 20 00 00 00",
        "keys": [dict(key.as_dict(private=False))],
    }


def day(date: str, **more) -> dict:
    return {"date": date, "zone": "Europe/Paris"} | more


def an_order(**changes) -> dict:
    """A French measure: Ada Martin and her child are protected from Ben Müller, for a year."""
    order = {
        "court": {"code": "TJ59350"},
        "kind": "FINAL",
        "nature": "CIVIL",
        "number": "RG 26/01234",
        "issued": day("2026-05-01"),
        "expiry": {"kind": "GIVEN", "at": day("2027-04-30")},
        "hearing": {"ex_parte": "NO", "notice_given": "YES", "opportunity_to_be_heard": "YES"},
        "parties": [
            {
                "label": "ada",
                "role": "PROTECTED",
                "identity": {"name": {"family": "Martinsecret", "given": "Adasecret"}, "birth_date": "1990-02-03"},
                "address": {"lines": ["12 Hidden Lane"], "postcode": "59000", "country": "FR"},
                "contact": {"channel": "email", "address": "ada@hidden.example", "consent": True, "language": "fr"},
            },
            {
                "label": "ben",
                "role": "RESPONDENT",
                "identity": {"name": {"family": "Müller", "given": "Ben"}, "birth_date": "1985-04-12"},
                "address": {"lines": ["9 Open Street"]},
            },
        ],
        "conditions": [
            {"label": "away", "kind": "STAY_AWAY_PLACE", "place": "HOME", "metres": 500, "protects": ["ada"]},
            {"kind": "OTHER_TEXT", "text": "He must not go near Hidden Lane."},
        ],
    }
    return order | changes
