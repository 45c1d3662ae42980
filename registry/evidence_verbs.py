"""`registry evidence`: packs that verify offline."""

from pathlib import Path
from typing import Any

import click

from registry.errors import ConfigurationError
from registry.verbs import EXIT_FAILED, bounded, faults

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_KEPT = click.Path(file_okay=False, path_type=Path)
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
@click.argument("pack", type=_FILE)
@click.argument("answer", type=_FILE)
@faults
def add_document(pack: Path, answer: Path) -> None:
    """Print PACK with the signed document that ANSWER, the file of `/v1/facts/…/document`, gives of its facts.

    The pack holds personal data in clear then: hand it on as such.
    """
    from registry import evidence_reports  # noqa: PLC0415  # as in verify

    evidence_reports.add_document(bounded(pack), bounded(answer))


@evidence.command()
@click.option("--receipt-key", help="`x` of the key that receipts are signed with, had another way than the pack.")
@click.option("--policy", type=_FILE, help="A tlog-policy of yours.")
@click.option("--document-key", type=_FILE, help="The institution's key (JWK) that its documents are signed with.")
@click.option("--trust", "copy", type=_FOLDER, help="A copy of a trust list, as it is published, in a folder.")
@click.option("--root", type=_FILE, help="With --trust: the root that is trusted, received by another way.")
@click.option("--keep", "seen", type=_KEPT, help="With --trust: folder that remembers what was seen.")
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
@click.argument("pack", type=_FILE)
@faults
def verify(*, pack: Path, as_json: bool, **given: Any) -> None:  # noqa: ANN401  # click's own
    """Verify an evidence pack without a network; every check is listed. Exits 0 if none fails, 1 if one does.

    With --trust, keys and policy come from the trust list, and one root is all that is trusted.
    """
    from registry import evidence_reports  # noqa: PLC0415  # a verb loads what it needs

    by_list = [given.pop(name) for name in ("copy", "root", "seen")]
    copy, root, seen = by_list
    if not any(by_list):
        held = evidence_reports.verify(bounded(pack), **given, as_json=as_json)
    elif all(by_list) and not any(given.values()):
        held = evidence_reports.verify_by_list(bounded(pack), copy=copy, root=root, seen=seen, as_json=as_json)
    else:
        raise ConfigurationError("--trust, --root and --keep come together, without a key or policy of your own")
    if not held:
        raise SystemExit(EXIT_FAILED)
