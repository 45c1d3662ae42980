"""`registry ledger`: hold the ledger against its log, audit a log, look for what is wrong, decide after a disaster."""

from pathlib import Path

import click

from registry.verbs import EXIT_FAILED, bounded, faults, settings_of

_MAXIMUM_NOTE = 1 << 19
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NUMBER = click.option(
    "--number",
    type=click.IntRange(1, 999_999_999),
    help="Number of the log, higher than any that was ever used; needed where no note is remembered.",
)


@click.group()
def ledger() -> None:
    """The ledger's proof: verify it, audit a log, find what is wrong, decide after a disaster."""


@ledger.command()
@click.option("--served", multiple=True, type=_FILE, help="A status list as it was served: was it recorded?")
@_JSON
@click.pass_context
@faults
def verify(context: click.Context, *, served: tuple[Path, ...], as_json: bool) -> None:
    """Hold the newest signed checkpoint, the tiles and every fact of this ledger against one another.

    Every status list that was ever signed is made again from the facts. Reads everything, writes nothing, and may run
    beside `serve`. Exits 1 if a check fails.
    """
    from registry import log_reports  # noqa: PLC0415  # a verb loads what it needs

    _exit(log_reports.verify(settings_of(context), served=served, as_json=as_json))


@ledger.command()
@click.option("--url", help="Address of a running registry; without it the log on this machine.")
@click.option("--token-file", type=_FILE, help="File with an access token: entries are for participants.")
@click.option("--keys", "keys_file", type=_FILE, help="File with the log's vkeys, from elsewhere than the log.")
@click.option("--since", type=_FILE, help="Checkpoint that an earlier audit saved; the log must continue it.")
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Keep the checkpoint seen, if all holds.")
@_JSON
@click.pass_context
@faults
def audit(  # a verb's options
    context: click.Context,
    /,
    *,
    url: str | None,
    token_file: Path | None,
    keys_file: Path | None,
    since: Path | None,
    save: Path | None,
    as_json: bool,
) -> None:
    """Hash every entry of a log again and hold the root against what is signed. Exits 1 if a check fails.

    With --url over HTTP, trusting nothing but the keys. Run it regularly from another machine, with --since and
    --save naming one file: that is how a log that tells two histories is found out.
    """
    from registry import log_reports  # noqa: PLC0415  # as in verify

    held = log_reports.audit(
        settings_of(context),
        url=url,
        token_file=token_file,
        keys_file=keys_file,
        since=since,
        save=save,
        as_json=as_json,
    )
    _exit(held)


@ledger.command()
@click.option("--ask-witnesses", is_flag=True, help="Ask each configured witness what it holds of this log.")
@_JSON
@click.pass_context
@faults
def fsck(context: click.Context, *, ask_witnesses: bool, as_json: bool) -> None:
    """Look for what is wrong with files, databases, log, remembered head and views; say what can be done.

    Changes nothing, and may run beside `serve`. Uses no network but with --ask-witnesses. Exits 1 if a check fails.
    """
    from registry import log_reports  # noqa: PLC0415  # as in verify

    _exit(log_reports.fsck(settings_of(context), ask=ask_witnesses, as_json=as_json))


@ledger.command(name="add-tables")
@click.pass_context
@faults
def add_tables(context: click.Context) -> None:
    """Make the tables that a newer version reads and this ledger lacks, filled from its facts.

    With the registry stopped, after an upgrade that says so. Facts are only read. May be repeated.
    """
    from registry import log_acts  # noqa: PLC0415  # as in verify

    made = log_acts.add_tables(settings_of(context))
    click.echo(f"registry: made {', '.join(made) if made else 'nothing: every table is there'}", err=True)


@ledger.command(name="create-log")
@_NUMBER
@click.option("--never-signed", is_flag=True, help="No log of this ledger ever signed anything, here or elsewhere.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
@faults
def create_log(context: click.Context, /, *, number: int | None, never_signed: bool, yes: bool) -> None:
    """Make the log of a ledger that has none, or whose log was lost; the facts give its entries again.

    With the registry stopped. Where the folder of heads remembers a note, it is that log: what is made again must
    contain what was signed, or it does not sign. Where no note is remembered and the ledger has facts, say --number,
    one that was never used; or --never-signed, for a data folder from before there were logs. If that is not so, the
    log will sign two histories under one name, and can never prove anything again.
    """
    from registry import log_acts  # noqa: PLC0415  # as in verify

    if never_signed and not yes:
        click.echo("With --never-signed you say that no log of this ledger ever signed anything.", err=True)
        click.confirm("Is that so?", abort=True, err=True)
    origin = log_acts.create_log(settings_of(context), number=number, never_signed=never_signed)
    click.echo(f"registry: made the log {origin}; `registry serve` fills it", err=True)


@ledger.command(name="new-log")
@click.option("--reason", required=True, help="Why, in a word such as restored-backup; it is kept.")
@_NUMBER
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
@faults
def new_log(context: click.Context, *, reason: str, number: int | None, yes: bool) -> None:
    """After a disaster: end this log for good and begin another one of the same ledger.

    For a ledger that lost facts which were signed. With the registry stopped. The new log has another name and
    other keys, and an entry for every fact that is still there. The old one never signs again; its last note is
    kept aside. What was proved against the old log remains proved, and shows what was lost. Everybody who follows
    the log (participants, witnesses, mirrors) must be told the new name and keys, and why.
    """
    from registry import log_acts  # noqa: PLC0415  # as in verify

    if not yes:
        click.echo("The log ends, and never signs again. Everybody who follows it must be told.", err=True)
        click.confirm("Begin another log?", abort=True, err=True)
    former, origin = log_acts.new_log(settings_of(context), reason=reason, number=number)
    click.echo(f"registry: {former} has ended; {origin} begins at the next `registry serve`", err=True)


@ledger.command()
@click.option("--note", type=_FILE, help="The newest signed checkpoint that anybody outside holds.")
@click.option("--ask-witnesses", is_flag=True, help="Ask the configured witnesses what they hold; one must answer.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
@faults
def trust(context: click.Context, *, note: Path | None, ask_witnesses: bool, yes: bool) -> None:
    """Where the note that was signed last is lost: remember it again, from outside or from the database.

    With the registry stopped. The database knows every size that it has signed, but an older copy of it does not
    know what came after, and cannot know that it is one. So get the newest checkpoint that anybody outside holds (a
    witness, a mirror, whoever audits) and give it as --note: then nothing is taken on trust that somebody could
    contradict; --ask-witnesses gets it from them. Without either you say that this database is the newest there
    ever was. If you are not sure of it, use `new-log`: a log that signs two histories can never prove anything again.
    """
    from registry import log_acts  # noqa: PLC0415  # as in verify

    if note is None and not ask_witnesses and not yes:
        click.echo("Without --note you say that no newer copy of this ledger has ever signed.", err=True)
        click.confirm("Is that so?", abort=True, err=True)
    given = None if note is None else bounded(note, _MAXIMUM_NOTE)
    checkpoint = log_acts.trust(settings_of(context), given, ask=ask_witnesses)
    click.echo(f"registry: {checkpoint.origin} goes on from size {checkpoint.size}", err=True)


def _exit(held: bool) -> None:  # noqa: FBT001  # one word of a report
    raise SystemExit(0 if held else EXIT_FAILED)
