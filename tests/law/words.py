"""The word lists of the story format, made from the code: `python -m tests.law.words` writes the reference."""

from pathlib import Path

from registry.law.stories.verbs import words

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "story-format.md"
TITLE = "## Words\n"


def section():
    """Give the last section of the reference: every word of each closed list."""
    lines = [TITLE, "Every word of each closed list, made from the code.\n", "| where | words |", "|---|---|"]
    lines += [f"| `{name}` | {', '.join(f'`{word}`' for word in known)} |" for name, known in words().items()]
    return "\n".join(lines) + "\n"


def main():
    """Write the section."""
    REFERENCE.write_text(REFERENCE.read_text().partition(TITLE)[0].rstrip() + "\n\n" + section())


if __name__ == "__main__":
    main()
