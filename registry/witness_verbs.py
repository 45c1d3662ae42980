"""`registry witness`: make a witness for other logs, run it beside a node, show what it holds."""

from pathlib import Path

import click

from registry.verbs import faults, print_json

_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@click.group()
def witness() -> None:
    """A witness for the logs of other registries: it cosigns only what follows from what it cosigned before."""


@witness.command()
@_FOLDER
@click.option("--name", required=True, help="Name of its keys: a URL without a scheme, such as witness.example/w1.")
@faults
def init(folder: Path, name: str) -> None:
    """Make a witness in FOLDER: two keys, a policy that follows nobody yet, an empty memory. Prints its vkeys."""
    from registry.witness.keys import create_witness  # noqa: PLC0415  # a verb loads what it needs

    for vkey in create_witness(folder, name).vkeys:
        click.echo(vkey)


@witness.command()
@_FOLDER
@click.option("--years", type=click.IntRange(1, 30), default=5, show_default=True, help="How long the keys count.")
@click.option("--since", help="When the witness was made, RFC 3339, if it has cosigned before; default now.")
@faults
def keys(folder: Path, *, years: int, since: str | None) -> None:
    """Print a witness's public keys as a JWK set, for its jurisdiction to put into its list of keys."""
    from registry import trust_keys  # noqa: PLC0415  # as in init
    from registry.reports import instant_of  # noqa: PLC0415  # as in init
    from registry.witness.keys import open_keys  # noqa: PLC0415  # as in init

    public = tuple(key for key, _ in open_keys(folder).signers)
    print_json(trust_keys.offer_witness(public, years=years, since=instant_of(since, "--since")))


@witness.command()
@_FOLDER
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; TLS is ended in front.")
@click.option("--port", type=click.IntRange(0, 65535), default=8607, show_default=True, help="Port to listen on.")
@faults
def serve(folder: Path, host: str, port: int) -> None:
    """Serve a witness alone until stopped by SIGINT or SIGTERM."""
    from registry.witness_node import serve as run  # noqa: PLC0415  # as in init

    run(folder, host=host, port=port, announce=lambda line: click.echo(line, err=True))


@witness.command()
@_FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@faults
def show(folder: Path, *, as_json: bool) -> None:
    """Show a witness's keys, the logs it follows, and what it has cosigned last for each."""
    from registry.witness_node import account  # noqa: PLC0415  # as in init

    found = account(folder)
    if as_json:
        print_json(found)
        return
    click.echo(f"name {found['name']}")
    for vkey in found["vkeys"]:
        click.echo(f"vkey {vkey}")
    for log in found["logs"]:
        said = "nothing yet" if log["size"] is None else f"{log['size']} leaves, {log['root']}, {log['cosigned_at']}"
        click.echo(f"log {log['origin']}: {said}{'' if log['followed'] else ' (followed no more)'}")
