"""The demo: the whole registry on this machine, invented institutions, and a story that must come out as told."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Final
from zoneinfo import reset_tzpath

from aiohttp import ClientSession
from rich.console import Console
from rich.table import Table

from registry import core
from registry.app import Registry, compose, running
from registry.config import Settings
from registry.core import Core
from registry.demo import feed
from registry.demo.accounts import Opened, open_accounts
from registry.demo.cast import PLAYERS, enrolment
from registry.demo.client import Desk
from registry.demo.mailbox import Mailbox
from registry.demo.story import Stage, play
from registry.demo.telling import Telling
from registry.intake import Account, Intake

FAILED: Final = 1


def run(*, once: bool, as_json: bool, port: int) -> int:
    """Play the story; without `once` the registry then stays up until stopped. Gives the exit code."""
    reset_tzpath(())
    folder = Path(mkdtemp(prefix="registry-demo-"))
    try:
        return asyncio.run(_run(folder / "data", once=once, as_json=as_json, port=0 if once else port))
    finally:
        rmtree(folder, ignore_errors=True)


async def _run(data: Path, *, once: bool, as_json: bool, port: int) -> int:
    mailbox = Mailbox()
    smtp_port = await mailbox.open()
    settings = Settings(
        data=data,
        port=port,
        smtp_host="127.0.0.1",
        smtp_port=smtp_port,
        smtp_security="NONE",
        site=f"http://localhost:{port}",
    )
    core.create(settings, enrolment(), demo=True)
    with core.opened(settings) as opened:
        registry = compose(opened)
        telling = Telling(quiet=as_json)
        async with running(registry) as listening:
            await _play(registry, listening, mailbox, telling)
            telling.close()
            if not once:
                await _stay(settings, listening, await open_accounts(registry))
    await mailbox.close()
    return 0 if telling.held else FAILED


async def _play(registry: Registry, port: int, mailbox: Mailbox, telling: Telling) -> None:
    base = f"http://127.0.0.1:{port}"
    async with ClientSession() as session:
        desks = {
            player.institution: Desk(
                player=player,
                base=base,
                issuer=registry.core.settings.issuer,
                session=session,
                entropy=os.urandom,
            )
            for player in PLAYERS
        }
        stage = Stage(
            desks=desks,
            mailbox=mailbox,
            telling=telling,
            clock=core.clock,
            deliver=lambda document: asyncio.to_thread(_deliver, registry.core, document),
            feed=b"",
        )
        await play(replace(stage, feed=feed.non_molestation_order(stage.today)))


def _deliver(opened: Core, document: bytes) -> Account:
    return Intake(executor=opened.executor, system=core.court_systems()["gb-eaw"]).read(document)


async def _stay(settings: Settings, port: int, accounts: list[Opened]) -> None:
    """Show the addresses and sign-ins, and wait for a stop."""
    console = Console()
    base = f"http://127.0.0.1:{port}"
    console.print(f"\nThe registry is serving on {base} with its ledger in {settings.data}. Stop it with Ctrl-C.")
    console.print(f"What it offers: {base}/openapi.json · its health: {base}/readyz")
    table = Table(title="Sign-ins (demo keys; `registry demo-token INSTITUTION` prints an access token)")
    for column in ("institution", "name", "roles", "where"):
        table.add_column(column)
    for player in PLAYERS:
        roles = ", ".join(role.value for role in player.roles)
        table.add_row(player.institution, player.name, roles, player.jurisdiction)
    console.print(table)
    people = Table(title=f"People: {settings.site}/sign-in, with a code of the key or, once, the recovery code")
    for column in ("who", "sign-in name", "password", "authenticator key", "recovery code"):
        people.add_column(column, overflow="fold")
    for each in accounts:
        people.add_row(f"{each.who} of {each.institution}", each.name, each.password, each.key, each.recovery_code)
    console.print(people)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    console.print("Stopping; what is under way is finished first.")
