"""What is signed: a line for each component, and the parameters last (RFC 9421, section 2.5)."""

from collections.abc import Mapping, Sequence

from registry.errors import NotSigned


def signature_base(components: Sequence[str], values: Mapping[str, str], parameters: str) -> bytes:
    """Give the base of a signature over components with these values; raises `NotSigned` where one has none.

    `components` are identifiers with their quotes. A value holds printable ASCII alone: a line break in one could
    make it look like two.
    """
    lines = [f"{component}: {_value(values, component)}" for component in components]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode("ascii")


def _value(values: Mapping[str, str], component: str) -> str:
    value = values.get(component)
    if value is None or not value.isascii() or not value.isprintable():
        raise NotSigned("signature-coverage", field="Signature-Input")
    return value
