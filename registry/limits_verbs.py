"""`registry limits`: the table of budgets that holds, the sign-ins that are locked, and the release of one."""

from uuid import UUID

import click

from registry.verbs import EXIT_FAILED, faults, print_json, settings_of


@click.group()
def limits() -> None:
    """Budgets of requests, and sign-ins that are locked."""


@limits.command()
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
@click.pass_context
@faults
def show(context: click.Context, *, as_json: bool) -> None:
    """Show the budgets: those of the table, with the lines of REGISTRY_LIMITS in it."""
    from registry.limit_fittings import limits_table  # noqa: PLC0415  # a verb loads what it needs: --help answers at once

    table = limits_table(settings_of(context)).values()
    if as_json:
        print_json(
            [
                {"budget": each.name, "of": each.per.value, "limit": str(each.limit), "ceiling": each.ceiling}
                for each in table
            ]
        )
        return
    for each in table:
        click.echo(f"{each.name:28} {each.per.value:12} {each.limit!s:20} ceiling {each.ceiling}")


@limits.command()
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_context
@faults
def locks(context: click.Context, *, as_json: bool) -> None:
    """List the sign-ins that are locked, newest first. The registry may run meanwhile."""
    from registry.limits import lock_file  # noqa: PLC0415  # as in show
    from registry.values.time import iso  # noqa: PLC0415  # as in show

    file = lock_file.LockFile(settings_of(context).data / lock_file.FILE)
    found = file.locks(lock_file.MAXIMUM_LOCKS)
    file.close()
    lines = [
        {"lock_ref": str(each.lock_ref), "kind": each.kind, "client": each.subject, "locked_at": iso(each.at)}
        for each in found
    ]
    if as_json:
        print_json(lines)
        return
    for line in lines:
        click.echo(f"{line['lock_ref']} {line['locked_at']} {line['kind']} {line['client'] or '-'}")


@limits.command()
@click.argument("lock_ref", type=click.UUID)
@click.pass_context
@faults
def release(context: click.Context, lock_ref: UUID) -> None:
    """Release the lock LOCK_REF, at once and for every process on this machine. The registry may run meanwhile."""
    from registry.limits import lock_file  # noqa: PLC0415  # as in show

    file = lock_file.LockFile(settings_of(context).data / lock_file.FILE)
    released = file.release(lock_ref)
    file.close()
    if not released:
        click.echo("registry: no such lock", err=True)
        raise SystemExit(EXIT_FAILED)
    click.echo(f"registry: released {lock_ref}", err=True)
