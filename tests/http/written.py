"""Files that are made from the route table: `python -m tests.http.written` writes them, a test compares them."""

from pathlib import Path

from registry.api.access_pages import access_page, fields_table
from registry.api.openapi import document_bytes
from registry.api.reference import access_table, http_page, limits_page, problems_page
from registry.api.routes import ROUTES

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = {
    "tests/golden/access.txt": access_table,
    "tests/golden/access-fields.txt": fields_table,
    "docs/reference/access.md": access_page,
    "tests/golden/openapi.json": lambda routes: document_bytes(routes).decode() + "\n",
    "docs/reference/http.md": http_page,
    "docs/reference/limits.md": limits_page,
    "docs/reference/problems.md": problems_page,
}


def written(name: str) -> str:
    """Give what a file should hold."""
    return FILES[name](ROUTES)


def main() -> None:
    for name in FILES:
        (ROOT / name).write_text(written(name))


if __name__ == "__main__":
    main()
