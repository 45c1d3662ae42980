"""`registry evidence`: packs that verify offline."""

from pathlib import Path

import click

from registry.verbs import EXIT_FAILED, bounded, faults

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def evidence() -> None:
    """Evidence packs: receipts and answers that verify offline."""


@evidence.command()
@click.argument("pack", type=_FILE)
@click.argument("answer", type=_FILE)
@faults
def add_question(pack: Path, answer: Path) -> None:
    """Print PACK with the question that ANSWER, the file of a check's answer, was given to.

    The pack holds what was asked in clear then: hand it on as such. It is read from a file, so that no name stands
    among the machine's running commands.
    """
    from registry import evidence_reports  # noqa: PLC0415  # as in verify

    evidence_reports.add_question(bounded(pack), bounded(answer))


@evidence.command()
@click.option("--receipt-key", help="`x` of the key that receipts are signed with, had another way than the pack.")
@click.option("--policy", type=_FILE, help="A tlog-policy of yours.")
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
@click.argument("pack", type=_FILE)
@faults
def verify(pack: Path, receipt_key: str | None, policy: Path | None, *, as_json: bool) -> None:
    """Verify an evidence pack without a network; every check is listed. Exits 0 if none fails, 1 if one does."""
    from registry import evidence_reports  # noqa: PLC0415  # a verb loads what it needs

    if not evidence_reports.verify(bounded(pack), receipt_key=receipt_key, policy=policy, as_json=as_json):
        raise SystemExit(EXIT_FAILED)
