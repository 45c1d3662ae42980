"""`registry trust`: the list of keys that jurisdictions sign together."""

import click


@click.group()
def trust() -> None:
    """The trust list: which keys speak for whom, signed by the jurisdictions and never by the operator alone."""
