"""`registry trust`: the ceremony of the trust list, step by step, and what is published of it.

Each jurisdiction makes and uses its keys on a machine of its own; documents travel between them in a folder.
"""

from pathlib import Path
from typing import Any

import click

from registry.errors import ConfigurationError
from registry.verbs import EXIT_FAILED, bounded, faults, print_json, settings_of

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_MAXIMUM_PASSPHRASE = 1024
_PASSPHRASE = click.option("--passphrase-file", type=_FILE, help="File whose first line seals the private key.")


def _passphrase(path: Path | None) -> bytes | None:
    if path is None:
        return None
    line = bounded(path, _MAXIMUM_PASSPHRASE).split(b"\n")[0]
    if not line:
        raise ConfigurationError("the passphrase is empty")
    return line


@click.group()
def trust() -> None:
    """The trust list: which keys speak for whom, signed by the jurisdictions and never by the operator alone."""


@trust.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_PASSPHRASE
@faults
def key(file: Path, passphrase_file: Path | None) -> None:
    """Make a private key in FILE, and FILE.pub, which is the part to hand to the others."""
    from registry.trust.keys import make_key, public_path  # noqa: PLC0415  # a verb loads what it needs

    made = make_key(file, passphrase=_passphrase(passphrase_file))
    click.echo(f"registry: key {made.keyid}; hand on {public_path(file).name}", err=True)


@trust.command()
@click.argument("folder", type=_FOLDER)
@click.option("--member", "members", multiple=True, type=(str, _FILE, _FILE), help="Jurisdiction, root.pub, list.pub.")
@click.option("--leaving", multiple=True, help="A jurisdiction that signs no more.")
@click.option("--threshold", type=click.IntRange(2), help="How many sign together; default most of them, or as before.")
@click.option("--quorum", type=click.IntRange(1), help="Of how many jurisdictions witnesses cosign; default as before.")
@click.option(
    "--begun", multiple=True, type=(str, _FILE), help="Jurisdiction, JWK set of keys that count from long ago."
)
@click.pass_context
@faults
def prepare(context: click.Context, /, folder: Path, **given: Any) -> None:  # noqa: ANN401  # click's own
    """Write the next root.json and targets.json into FOLDER, to be signed: the first ones, or with keys changed."""
    from registry import trust_reports  # noqa: PLC0415  # as in key

    written = trust_reports.prepare(
        settings_of(context),
        folder,
        given["members"],
        leaving=given["leaving"],
        threshold=given["threshold"],
        quorum=given["quorum"],
        begun=given["begun"],
    )
    for path in written:
        click.echo(path)


@trust.command()
@click.argument("document", type=_FILE)
@click.option("--key", "key_file", required=True, type=_FILE, help="The private key.")
@click.option("--former", type=_FILE, help="The published root: sign as one of those that it names.")
@_PASSPHRASE
@faults
def sign(document: Path, key_file: Path, former: Path | None, passphrase_file: Path | None) -> None:
    """Add a signature to a root.json or targets.json, in place; says what was signed."""
    from registry import trust_reports  # noqa: PLC0415  # as in key

    click.echo(trust_reports.sign_file(document, key_file, _passphrase(passphrase_file), former=former))


@trust.command()
@click.argument("into", type=_FILE)
@click.argument("copies", nargs=-1, required=True, type=_FILE)
@faults
def combine(into: Path, copies: tuple[Path, ...]) -> None:
    """Put the signatures of COPIES of a document, signed in different places, under INTO."""
    from registry import trust_reports  # noqa: PLC0415  # as in key

    click.echo(trust_reports.combine_files(into, copies))


@trust.command()
@click.argument("folder", type=_FOLDER)
@click.argument("jurisdiction")
@click.argument("jwks", type=_FILE)
@click.option("--key", "key_file", required=True, type=_FILE, help="The jurisdiction's own private key.")
@click.option("--version", type=click.IntRange(1), default=1, show_default=True, help="One more than the published.")
@_PASSPHRASE
@faults
def add(folder: Path, jurisdiction: str, jwks: Path, **given: Any) -> None:  # noqa: ANN401  # click's own
    """Sign a JURISDICTION's list of keys (JWKS) for 90 days and put it into FOLDER."""
    from registry import trust_reports  # noqa: PLC0415  # as in key

    passphrase = _passphrase(given["passphrase_file"])
    signed = trust_reports.add_list(
        folder, jurisdiction, jwks, key=given["key_file"], passphrase=passphrase, version=given["version"]
    )
    click.echo(signed)


@trust.command()
@click.argument("folder", type=_FOLDER)
@click.pass_context
@faults
def publish(context: click.Context, folder: Path) -> None:
    """Check what FOLDER holds as a client would, record it in the ledger, and publish it."""
    from registry import trust_reports  # noqa: PLC0415  # as in key

    for path in trust_reports.publish(settings_of(context), folder):
        click.echo(path)


@trust.command()
@click.pass_context
@faults
def refresh(context: click.Context) -> None:
    """Sign the operator's documents anew if they are a day old. A running registry does so by itself."""
    from registry import trust_reports  # noqa: PLC0415  # as in key

    done = trust_reports.refresh(settings_of(context))
    click.echo(f"registry: {'signed anew' if done else 'nothing to do'}", err=True)


@trust.command()
@click.argument("document", required=False, type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_context
@faults
def show(context: click.Context, document: Path | None, *, as_json: bool) -> None:
    """Show a DOCUMENT of the ceremony, or what is published; exits 1 if a document is past half its life."""
    from registry import trust_reports  # noqa: PLC0415  # as in key

    if document is not None:
        click.echo(trust_reports.said_of(document))
        return
    found = trust_reports.account(settings_of(context))
    if as_json:
        print_json(found)
    else:
        if found["quorum"] is not None:
            click.echo(f"witnesses of {found['quorum']} jurisdictions cosign")
        click.echo(f"{found['threshold']} of {len(found['jurisdictions'])} sign: {', '.join(found['jurisdictions'])}")
        for each in found["documents"]:
            click.echo(f"{each['role']} {each['version']}, ends {each['ends']}{'  SIGN ANEW' if each['due'] else ''}")
        _echo_keys(found["keys"])
    if any(each["due"] for each in found["documents"]):
        raise SystemExit(EXIT_FAILED)


@trust.command()
@click.argument("url")
@click.argument("jurisdictions", nargs=-1, required=True)
@click.option("--root", required=True, type=_FILE, help="The root that is trusted, received by another way.")
@click.option("--keep", required=True, type=_FOLDER, help="Folder that remembers what was seen.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@faults
def verify(url: str, jurisdictions: tuple[str, ...], root: Path, keep: Path, *, as_json: bool) -> None:
    """Fetch lists of keys from URL (it ends in /trust) as a client that trusts one root and nobody else."""
    from registry import trust_reports  # noqa: PLC0415  # as in key

    found = trust_reports.verify(url, root, keep, jurisdictions)
    if as_json:
        print_json(found)
    else:
        _echo_keys(found)


@trust.command()
@click.argument("jurisdiction")
@click.option("--years", type=click.IntRange(1, 30), default=5, show_default=True, help="How long log and receipts.")
@click.pass_context
@faults
def offer(context: click.Context, jurisdiction: str, years: int) -> None:
    """Print this registry's own public keys as a JWK set, for a JURISDICTION to check and put into its list."""
    from registry import trust_keys  # noqa: PLC0415  # as in key

    print_json(trust_keys.offer(settings_of(context), jurisdiction, years=years))


@trust.command()
@click.argument("copy", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("jurisdiction")
@click.option("--root", required=True, type=_FILE, help="The root that is trusted, received by another way.")
@click.option("--keep", required=True, type=_FOLDER, help="Folder that remembers what was seen.")
@click.option("--pack", type=_FILE, help="Print arguments for verify_evidence.py and this pack instead.")
@faults
def policy(copy: Path, jurisdiction: str, root: Path, keep: Path, pack: Path | None) -> None:
    """Print whom to believe of a JURISDICTION's log, by a COPY of a trust list: a tlog-policy with its quorum."""
    from registry import trust_keys  # noqa: PLC0415  # as in key

    if pack is None:
        click.echo(trust_keys.policy(copy, jurisdiction, root=root, seen=keep), nl=False)
    else:
        given = bounded(pack)
        click.echo(trust_keys.arguments(copy, jurisdiction, root=root, seen=keep, pack=given), nl=False)


def _echo_keys(found: list[dict[str, Any]]) -> None:
    for each in found:
        for key_ in each["keys"]:
            since = "" if key_["since_leaf"] is None else f" since leaf {key_['since_leaf']}"
            name = "" if key_["name"] is None else f" of {key_['name']}"
            click.echo(f"{each['jurisdiction']} {key_['kid']}: {key_['use']}{name}, {key_['status']}{since}")
