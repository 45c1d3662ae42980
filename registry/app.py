"""The composition root: an open core, its processes, its doors; started and stopped in order.

start   views and reactors follow the ledger, outbox and escalation wait, then the doors open
stop    the doors close, what is under way is finished, processes stop, the ledger closes
"""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Final
from zoneinfo import reset_tzpath

from aiohttp import web

from registry import core
from registry.alerts.conflicts import of_checks
from registry.alerts.contact import Contacts
from registry.alerts.escalation import Escalation
from registry.alerts.lapses import Lapses
from registry.alerts.outbox import Outbox
from registry.alerts.reactor import Reactor, by_rules
from registry.alerts.surroundings import Surroundings
from registry.api import security_contact
from registry.api.account_pages import account_pages
from registry.api.connections import Connections
from registry.api.server import Runner, application
from registry.api.services import Services
from registry.api.session_pages import pages
from registry.api.tokens import SignIn
from registry.card_lists import CardLists
from registry.config import Settings
from registry.core import Core
from registry.desks import Desks
from registry.fittings import (
    answer_key,
    channels,
    containers,
    fold_spool,
    issuers,
    log_policy,
    people,
    publish,
    tls_of,
    token_key,
)
from registry.forgetting import Forgetting
from registry.keeping_words import KeepingWords
from registry.ledger.proof.vkey import to_vkey
from registry.ledger.proofs import Proofs
from registry.ledger.publisher import Publisher
from registry.limit_fittings import limits_table, lock_out, teller
from registry.limits.gate import Gate
from registry.limits.peers import Peers, networks_of
from registry.log_keys import NAME as LOG_SECRET
from registry.log_keys import log_signer
from registry.log_voice import Voice
from registry.process import settle_memory
from registry.processes import VIEWS
from registry.sweeping import Sweeping, sweep
from registry.trust.door import doors as trust_doors
from registry.trust_list import folder_of, keep
from registry.values.identifiers import Position
from registry.values.time import Instant
from registry.vault.keys import Entropy
from registry.views.engine import Projector
from registry.views.supervised import Supervised
from registry.witness.door import Witness, open_witness
from registry.witness.door import doors as witness_doors
from registry.witnessing import Witnessing, witness_policy, witness_rule

CAUGHT_UP_SECONDS: Final = 2.0
WITNESS: Final = "/witness"  # under which path a registry that is also a witness answers other logs


@dataclass(kw_only=True)
class Registry:
    """An open registry with its processes."""

    core: Core
    services: Services
    projector: Projector
    publisher: Publisher
    publishing: Supervised
    reactor: Reactor
    conflicts: Reactor
    escalation: Escalation
    lapses: Lapses
    outbox: Outbox
    forgetting: Forgetting
    sweeping: Sweeping
    keeping: KeepingWords
    witness: Witness | None = None
    witnessing: Witnessing | None = None


def compose(
    opened: Core,
    *,
    clock: Callable[[], Instant] = core.clock,
    entropy: Entropy = os.urandom,
    say: Callable[[str], None] = lambda _line: None,
) -> Registry:
    """Put a registry together; nothing runs yet. `say` is for what an operator must hear while it runs."""
    reader, store, executor = opened.ledger.reader, opened.views, opened.executor
    directory = opened.roster.directory(clock)
    surroundings = Surroundings(reader=reader, directory=directory)
    projector = Projector(reader=reader, store=store, views=VIEWS, clock=clock)
    following = partial(Reactor, reader=reader, store=store, executor=executor)
    witness = open_witness(folder, clock=clock) if (folder := opened.settings.witness) else None
    contacts = Contacts(reader=reader, ring=executor.ring, ledger_id=executor.ledger_id)
    witnessing = _witnessing(opened)
    publisher = log_publisher(opened, clock, witnessing)
    return Registry(
        core=opened,
        services=_services(opened, projector, publisher, witness, witnessing, clock, entropy),
        projector=projector,
        publisher=publisher,
        publishing=Supervised("log-publisher", step=Voice(publisher, say).step, idle=publisher.idle),
        reactor=following(following=by_rules(surroundings.of)),
        conflicts=following(following=of_checks(surroundings, executor.index_key)),
        escalation=Escalation(reader=reader, store=store, executor=executor, directory=directory, clock=clock),
        lapses=Lapses(reader=reader, store=store, executor=executor, directory=directory, clock=clock),
        outbox=Outbox(
            reader=reader, executor=executor, contacts=contacts, channels=channels(opened.settings, clock), clock=clock
        ),
        forgetting=Forgetting(reader=reader, ring=executor.ring, since=opened.since, besides=opened.checker.follow),
        sweeping=Sweeping(reader=reader, act=lambda: sweep(core.ledger_settings(opened.settings))),
        keeping=KeepingWords(opened.checker.searching.lexicon),
        witness=witness,
        witnessing=witnessing,
    )


def _witnessing(opened: Core) -> Witnessing | None:
    """Give the side of the log that asks its witnesses, where a policy names any. Raises `ConfigurationError`."""
    if (path := opened.settings.witnesses) is None:
        return None
    origin, rule = opened.log.origin(), witness_rule(opened.settings.outgoing_networks)
    signer = log_signer(opened.keeper.secret(LOG_SECRET), origin)
    policy = witness_policy(path, [to_vkey(signer.ed25519), to_vkey(signer.ml_dsa_44)])
    return Witnessing(policy=policy, store=opened.log, heads=core.heads(opened.settings), origin=origin, rule=rule)


def log_publisher(opened: Core, clock: Callable[[], Instant], witnessing: Witnessing | None = None) -> Publisher:
    """Make the publisher of a ledger's log. Raises `NoLedger` where no log was made."""
    return Publisher(
        reader=opened.ledger.reader,
        store=opened.log,
        heads=core.heads(opened.settings),
        signer=log_signer(opened.keeper.secret(LOG_SECRET), opened.log.origin()),
        clock=clock,
        former=witnessing.former if witnessing else tuple,
    )


def _services(  # noqa: PLR0917  # one place puts it together
    opened: Core,
    projector: Projector,
    publisher: Publisher,
    witness: Witness | None,
    witnessing: Witnessing | None,
    clock: Callable[[], Instant],
    entropy: Entropy,
) -> Services:
    signer = log_signer(opened.keeper.secret(LOG_SECRET), publisher.origin)
    desks = Desks(store=opened.views, reader=opened.ledger.reader)
    cards = core.card_office(opened)
    persons = people(opened, clock, entropy, lambda: opened.enrolment)
    return Services(
        executor=opened.executor,
        checker=opened.checker,
        cards=cards,
        lists=CardLists(cards),
        reader=opened.ledger.reader,
        enrolment=lambda: opened.roster.enrolment(clock()),
        roster=opened.roster,
        sign_in=SignIn(
            issuer=opened.settings.issuer,
            key=token_key(opened),
            others=issuers(opened.settings),
            bound=opened.settings.tls_clients is not None,
        ),
        nonces=opened.nonces,
        answer_key=answer_key(opened),
        clock=clock,
        entropy=entropy,
        inbox=desks.inbox,
        alerts=desks.alerts,
        deadlines=lambda institution, after, limit: desks.deadlines(institution, after, limit, clock()),
        history=desks.history,
        looks_at=desks.looks_at,
        looks_by=desks.looks_by,
        followed=desks.followed,
        proofs=Proofs(
            origin=publisher.origin,
            store=opened.log,
            published=publisher.published,
            witnessed=lambda: witnessing.witnessed if witnessing else None,
        ),
        witnesses=lambda: witnessing.last if witnessing else (),
        log_keys="".join(f"{to_vkey(key)}\n" for key in (signer.ed25519, signer.ml_dsa_44)),
        log_policy=log_policy(opened.settings, signer),
        views=lambda: {health.view: Position(health.position) for health in projector.health()},
        caught_up=lambda view, position: asyncio.to_thread(
            projector.wait_for, view, position, timeout=CAUGHT_UP_SECONDS
        ),
        containers=containers(),
        zone_rules=version("tzdata"),
        gate=Gate(table=limits_table(opened.settings)),
        peers=Peers(proxies=networks_of(opened.settings.proxies, "REGISTRY_PROXIES")),
        lock_out=lock_out(opened, clock),
        people=persons,
        doors=(
            *((*pages(persons), *account_pages(persons)) if persons else ()),
            *trust_doors(folder_of(opened.settings)),
            *(witness_doors(witness, WITNESS) if witness else ()),
            *security_contact.doors(opened.settings.security_contact, clock),
        ),
    )


@asynccontextmanager
async def running(registry: Registry) -> AsyncGenerator[int, None]:
    """Run a registry for the length of a block; gives the port it listens on."""
    tls = tls_of(settings := registry.core.settings)  # files that do not fit stop the start before anything runs
    threads = (
        registry.core.roster,
        registry.forgetting,
        registry.sweeping,
        registry.projector,
        registry.reactor,
        registry.conflicts,
        registry.escalation,
        registry.lapses,
        registry.publishing,
        registry.keeping,
    )
    for thread in threads:
        thread.start()
    connections = Connections(peers=registry.services.peers)
    running_on = (
        teller(registry.services, connections).run(),
        registry.outbox.run(),
        fold_spool(registry.core.checker),
        keep(folder_of(settings), registry.core.executor, registry.services.clock),
        publish(registry.services.lists),
    )
    tasks = tuple(asyncio.create_task(each) for each in running_on)
    if (others := registry.services.sign_in.others) is not None:
        tasks = (*tasks, asyncio.create_task(others.keys.run(registry.services.clock)))
    if registry.witnessing is not None:
        tasks = (*tasks, asyncio.create_task(registry.witnessing.run(registry.publisher, registry.services.proofs)))
    runner = Runner(application(registry.services), connections)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port, ssl_context=tls)
        await site.start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
        if registry.services.people is not None:
            await registry.services.people.passwords.settled()
            registry.services.people.house.passwords.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for thread in reversed(threads):
            await asyncio.to_thread(thread.stop)
        with suppress(Exception):  # what is not published now is published at the next start
            await asyncio.to_thread(registry.publisher.step)
        registry.services.lock_out.file.close()
        if registry.witness is not None:
            registry.witness.store.close()


def serve(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. Raises `ConfigurationError`, `LedgerError` kinds before the doors open."""
    reset_tzpath(())  # zone rules come from the pinned package, on every machine the same
    if (settings.data / core.DEMO_MARK).exists():
        announce("registry: this data folder was made by the demo; its keys are known to everybody")
    with core.opened(settings) as opened:
        core.make_ready(opened)
        asyncio.run(_serve(compose(opened, say=announce), announce))


async def _serve(registry: Registry, announce: Callable[[str], None]) -> None:
    stopped = asyncio.Event()
    settle_memory()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with running(registry) as port:
        scheme = "http" if registry.core.settings.tls_certificate is None else "https"
        announce(f"registry: serving on {scheme}://{registry.core.settings.host}:{port}")
        await stopped.wait()
        announce("registry: stopping")
