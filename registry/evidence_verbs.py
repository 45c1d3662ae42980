"""`registry evidence`: packs that verify offline."""

from pathlib import Path

import click

from registry.verbs import EXIT_FAILED, bounded, faults


@click.group()
def evidence() -> None:
    """Evidence packs: receipts and answers that verify offline."""


@evidence.command()
@click.option("--receipt-key", help="`x` of the key that receipts are signed with, had another way than the pack.")
@click.option("--policy", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A tlog-policy of yours.")
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
@click.argument("pack", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@faults
def verify(pack: Path, receipt_key: str | None, policy: Path | None, *, as_json: bool) -> None:
    """Verify an evidence pack without a network; every check is listed. Exits 0 if none fails, 1 if one does."""
    from registry import evidence_reports  # noqa: PLC0415  # a verb loads what it needs

    if not evidence_reports.verify(bounded(pack), receipt_key=receipt_key, policy=policy, as_json=as_json):
        raise SystemExit(EXIT_FAILED)
