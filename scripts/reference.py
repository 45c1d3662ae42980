"""Reference pages that are made from the code: commands, settings, facts, errors, legal instruments.

`scripts/documents` writes them, `scripts/check` and the tests compare them. What a page says stands in the code as
docstrings and help texts, so a page cannot say otherwise than the code does.
"""

import ast
import dataclasses
import enum
import inspect
import re
import typing
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import click

from registry import cli, config, errors
from registry.api.problems import STATUS
from registry.config import PREFIX, Settings
from registry.errors import RegistryError
from registry.events.base import Actor, Claim, Fact
from registry.events.catalogue import EVENT_TYPES
from registry.law import book, hit_policy, refusals
from registry.values.recognition import RefusalGround
from registry.values.time import iso
from scripts.golden import written

ROOT: Final = Path(__file__).resolve().parent.parent
_WIDTH: Final = 100
_MADE: Final = "Made from {} by `scripts/documents`; do not edit it by hand."
_TREE: Final = re.compile(r"[├└│]")


def pages() -> dict[Path, str]:
    """Give every page that is made from the code, with what it must say."""
    makers: dict[str, Callable[[], str]] = {
        "docs/reference/commands.md": commands_page,
        "docs/reference/settings.md": settings_page,
        "docs/reference/events.md": events_page,
        "docs/reference/errors.md": errors_page,
        "docs/reference/instruments.md": instruments_page,
        "tests/golden/cli.txt": command_line,
    }
    return {ROOT / name: make() for name, make in makers.items()}


def commands() -> Iterator[tuple[str, str]]:
    """Give each command with its own help text, the whole program first."""
    yield from _commands(cli.main, "registry", None)


def _commands(command: click.Command, name: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    context = click.Context(
        command, info_name=name, parent=parent, terminal_width=_WIDTH, max_content_width=_WIDTH, color=False
    )
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            if found is not None:
                yield from _commands(found, each, context)


def command_line() -> str:
    """Give tests/golden/cli.txt: every help text, so that a change of the command line is seen as one."""
    return "\n".join(f"$ {path} --help\n{text}\n" for path, text in commands())


def commands_page() -> str:
    """Give docs/reference/commands.md."""
    lines = ["# Commands", "", _MADE.format("the help texts of `registry/cli.py`"), ""]
    lines += [
        "After `scripts/demo` or `scripts/test` the program is `.venv/bin/registry`. Reports go to standard output,"
    ]
    lines += ["messages and progress to standard error; `--json` prints a report as data for programs.", ""]
    lines += ["| exit code | meaning |", "|---|---|", *(f"| {code} | {text} |" for code, text in _exits()), ""]
    for path, text in commands():
        lines += [f"## `{path}`", "", "```text", text, "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _exits() -> list[tuple[str, str]]:
    """Read the exit codes from the sentence that heads the command line's module."""
    said = re.search(r"Exit codes: (.+?)\.", inspect.getdoc(cli) or "")
    if said is None:
        raise ValueError("registry/cli.py does not name its exit codes")
    return [(code, text) for code, _, text in (part.partition(" ") for part in said[1].split(", "))]


def settings_page() -> str:
    """Give docs/reference/settings.md."""
    defaults, meanings = Settings(), said_of_fields(config, "Settings")
    lines = ["# Settings", "", _MADE.format("`registry/config.py`"), ""]
    lines += ["Each is a variable of the environment; there is no other file of settings. A variable that begins with"]
    lines += [f"`{PREFIX}` and is not in this list stops the start, so that a misspelt one is noticed. A secret never"]
    lines += [
        "stands in a variable: a setting names the file that holds it. `registry config check` shows what is set."
    ]
    lines += ["", "| variable | default | meaning |", "|---|---|---|"]
    for field in dataclasses.fields(Settings):
        default = getattr(defaults, field.name)
        shown = "none" if default in (None, "") else f"`{default}`"
        lines.append(f"| `{PREFIX}{field.name.upper()}` | {shown} | {_cell(meanings[field.name])} |")
    return "\n".join(lines) + "\n"


def events_page() -> str:
    """Give docs/reference/events.md."""
    seen: dict[str, type[Any]] = {}
    lines = ["# Facts", "", _MADE.format("`registry/events`"), ""]
    lines += [
        "Every kind of fact that a ledger can hold. A topic never changes, a field is never renamed or removed; a"
    ]
    lines += ["fact of a topic that is not here is refused when it is read. `?` marks a field that may be absent. A"]
    lines += [
        "`SealedBlock` is personal data, sealed; nothing else on this page holds any. The exact schemas, which may"
    ]
    lines += ["only grow, are `tests/golden/events.txt`.", "", "## The envelope", ""]
    lines += ["Every fact travels in one.", "", *_table(Fact, seen), ""]
    for part in (Actor, Claim):
        lines += [f"### {part.__name__}", "", *_about(part), "", *_table(part, seen), ""]
    module = None
    for kind in EVENT_TYPES:
        if kind.__module__ != module:
            module = kind.__module__
            lines += [f"## {_heading(module)}", ""]
        lines += [f"### `{kind.TOPIC}`", "", *_about(kind), "", *_table(kind, seen), ""]
    return "\n".join([*lines, *_parts(seen)]).rstrip() + "\n"


def _parts(seen: dict[str, type[Any]]) -> Iterator[str]:
    """Describe the records and the words that facts hold, until nothing new turns up."""
    described: dict[str, list[str]] = {Actor.__name__: [], Claim.__name__: []}
    while rest := sorted(set(seen) - set(described)):
        for name in rest:
            kind = seen[name]
            words = [f"`{member.value}`" for member in kind] if issubclass(kind, enum.Enum) else []
            told = [f"One of {', '.join(words)}."] if words else _table(kind, seen)
            described[name] = [f"### {name}", "", *_about(kind), "", *told, ""]
    yield from ("## Records and words that facts hold", "")
    for name in sorted(described):
        yield from described[name]


def _heading(module: str) -> str:
    """Head a noun's facts with the noun."""
    noun = module.rpartition(".")[2].capitalize()
    return {"Issuance": "Issuance: facts of an order", "Check": "Check: what was answered"}.get(noun, noun)


def _about(kind: type[Any]) -> list[str]:
    return (inspect.getdoc(kind) or "").splitlines()


def _table(kind: type[Any], seen: dict[str, type[Any]]) -> list[str]:
    """Give a row for each field of a record: name, type, and what the code says of it."""
    hints: dict[str, Any] = typing.get_type_hints(kind)
    meanings = said_of_fields(inspect.getmodule(kind), kind.__name__)
    rows: list[str] = []
    for field in dataclasses.fields(kind):
        absent = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        shown = written(hints[field.name], seen).replace("|", "\\|")
        rows.append(f"| `{field.name}`{'?' if absent else ''} | {shown} | {_cell(meanings.get(field.name, ''))} |")
    return ["| field | type | meaning |", "|---|---|---|", *rows] if rows else ["It has no fields."]


def said_of_fields(module: ModuleType | None, name: str) -> dict[str, str]:
    """Read the sentences that stand under the fields of a class: Python keeps them nowhere else."""
    if module is None:
        raise ValueError(f"{name} has no module")
    tree = ast.parse(inspect.getsource(module))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    said: dict[str, str] = {}
    for field, after in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
            value = after.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                said[field.target.id] = value.value
    return said


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def errors_page() -> str:
    """Give docs/reference/errors.md."""
    tree = [line for line in (inspect.getdoc(errors) or "").splitlines() if _TREE.search(line)]
    lines = ["# Errors", "", _MADE.format("`registry/errors.py`"), ""]
    lines += [
        "What the registry raises on purpose, as a tree; anything else is a fault. An error names a place or a code"
    ]
    lines += [
        "and never a value. Over HTTP an error becomes a [problem](problems.md); on the command line it becomes a"
    ]
    lines += ["sentence and an [exit code](commands.md). An adapter's errors are a branch of their own,"]
    lines += ["`adapters/errors.py`.", "", "```text", "RegistryError", *tree, "```", ""]
    lines += ["| error | HTTP status | meaning |", "|---|---|---|"]
    for kind in _kinds(RegistryError):
        meaning = (inspect.getdoc(kind) or "").splitlines()[0]
        lines.append(f"| `{kind.__name__}` | {_status(kind)} | {_cell(meaning)} |")
    lines += ["", "An error without a status of its own is answered with 500 and the number of an incident."]
    return "\n".join(lines) + "\n"


def _kinds(kind: type[RegistryError]) -> Iterator[type[RegistryError]]:
    """Give the errors of `registry.errors` beneath one, in the order in which they stand."""
    for each in kind.__subclasses__():
        if each.__module__ == errors.__name__:
            yield each
            yield from _kinds(each)


def _status(kind: type[RegistryError]) -> str:
    return next((str(status) for known, status in STATUS.items() if issubclass(kind, known)), "none")


def instruments_page() -> str:
    """Give docs/reference/instruments.md."""
    lines = ["# Legal instruments", "", _MADE.format("`registry/law/instruments`"), ""]
    lines += ["Each is one file, found by scan. What is covered, from when, and what was read in the text of the law"]
    lines += ["stands in [law](../law/README.md). This is a description of what the code does, not legal advice.", ""]
    lines += ["| code | name | what it does here |", "|---|---|---|"]
    for sort, found in (("carries orders", book.instruments()), ("informs only", book.informing())):
        for each in found:
            module = inspect.getmodule(type(each))
            about = (inspect.getdoc(module) or "").splitlines()[0] if module else ""
            lines.append(f"| `{each.CODE}` | {_cell(each.NAME)} | {sort}: {_cell(about)} |")
    lines += ["", "## Grounds of refusal under Directive 2011/99/EU, by State", ""]
    lines += [
        "One file a State in `registry/law/grounds`. A State that is not here has all of Article 10(1), and it is"
    ]
    lines += ["is not said whether its law leaves a choice."]
    lines += ["", "| State | law | read | open | shall be refused | of age from |", "|---|---|---|---|---|---|"]
    lines += [_grounds(each) for _, each in sorted(refusals.by_state().items())]
    lines += ["", "## Hit confirmation, by place", ""]
    lines += ["Whether a hit on an order of another law area is confirmed before an arrest. One file a place in"]
    lines += ["`registry/law/confirmation`; elsewhere, and where the rule was not read, it is confirmed."]
    lines += ["", "| place | since | said to be needed | source | read | confirmed |", "|---|---|---|---|---|---|"]
    lines += [_hit_rule(policy.jurisdiction, rule) for policy in hit_policy.policies() for rule in policy.rules]
    return "\n".join(lines) + "\n"


def _hit_rule(place: str, rule: hit_policy.HitRule) -> str:
    since = iso(rule.since)[:10] if rule.since is not None else "always"
    needed, read, asked = ("yes" if said else "no" for said in (rule.needed, rule.basis.verified, rule.asked))
    return f"| {place} | {since} | {needed} | {rule.basis} | {read} | {asked} |"


def _grounds(grounds: refusals.Grounds) -> str:
    """Give the line of one State: a rule that came later is shown with its day."""
    bound = [
        f"{_codes(found)}" if since == refusals.FROM_THE_BEGINNING else f"from {since.isoformat()}: {_codes(found)}"
        for since, found in grounds.mandatory
    ]
    all_open = "all of Art 10(1)" if grounds.open == refusals.ARTICLE_10 else _codes(grounds.open)
    age = str(grounds.age_of_responsibility or "not read")
    read = "yes" if grounds.basis.verified else "from memory"
    return f"| {grounds.state} | {grounds.basis} | {read} | {all_open} | {'; '.join(bound) or 'not read'} | {age} |"


def _codes(found: Iterable[RefusalGround]) -> str:
    return ", ".join(f"`{ground.value}`" for ground in RefusalGround if ground in set(found))
