"""The documents of the project: pages made from the code are written, all are checked.

scripts/documents            write the pages that are made from the code
scripts/documents --check    compare them, and check all: one title each, every link leads somewhere
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.checks import ROOT
from scripts.reference import pages

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_OUTSIDE = ("http://", "https://", "mailto:")


def main(arguments: list[str]) -> int:
    """Write what is made from the code, unless only asked to check; print every fault, 1 if there is one."""
    if "--check" not in arguments:
        for page, text in pages().items():
            page.write_text(text)
    found = [*stale(), *(fault for document in documents() for fault in faults(document))]
    print("\n".join(found) or f"{len(documents())} documents are in order")
    return 1 if found else 0


def stale() -> Iterator[str]:
    """Name the pages that no longer say what the code says."""
    for page, text in pages().items():
        if not page.exists() or page.read_text() != text:
            yield f"{page.relative_to(ROOT)}: says otherwise than the code; scripts/documents writes it anew"


def documents() -> list[Path]:
    """Give the project's Markdown files: those at the top, and those under the folders that are ours."""
    folders = ("docs", "registry", "adapters", "tests", "scripts")
    return sorted([*ROOT.glob("*.md"), *(file for folder in folders for file in (ROOT / folder).rglob("*.md"))])


def faults(document: Path) -> Iterator[str]:
    """Say what is wrong in one document."""
    name, text = document.relative_to(ROOT), without_code(document.read_text())
    titles = re.findall(r"^# ", text, re.MULTILINE)
    if len(titles) != 1:
        yield f"{name}: {len(titles)} titles instead of one"
    for target in _LINK.findall(text):
        if not target.startswith(_OUTSIDE) and not leads_somewhere(document, target):
            yield f"{name}: a link leads nowhere: {target}"


def without_code(text: str) -> str:
    """Leave out code blocks and inline code, where brackets mean something else."""
    return _CODE.sub("", _FENCE.sub("", text))


def leads_somewhere(document: Path, target: str) -> bool:
    """Whether a relative link names a file within the project and, after `#`, a heading in it."""
    path, _, heading = target.partition("#")
    file = (document.parent / path).resolve() if path else document
    if not file.is_relative_to(ROOT) or not file.exists():
        return False
    return not heading or file.suffix != ".md" or heading in anchors(file)


def anchors(document: Path) -> set[str]:
    """Give the anchors of a document's headings, as code hosts make them."""
    text = _FENCE.sub("", document.read_text())
    headings = re.findall(r"^#{1,6} +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
