"""What the story says of itself: scenes with what was told and whether it came out so."""

import sys
from dataclasses import dataclass, field
from typing import Any

import orjson
from rich.console import Console
from rich.panel import Panel
from rich.text import Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """One step of the story."""

    title: str
    who: str
    told: tuple[str, ...]
    held: bool
    data: dict[str, Any]


@dataclass(kw_only=True)
class Telling:
    """The scenes so far; each is printed as it is played unless data is wanted."""

    quiet: bool
    scenes: list[Scene] = field(default_factory=list[Scene])
    console: Console = field(default_factory=Console)

    def scene(self, title: str, who: str, checks: dict[str, bool], data: dict[str, Any]) -> None:
        """Tell a scene: each check is a sentence and whether it held."""
        told = tuple(f"{'✓' if held else '✗'} {sentence}" for sentence, held in checks.items())
        scene = Scene(title=title, who=who, told=told, held=all(checks.values()), data=data)
        self.scenes.append(scene)
        if not self.quiet:
            self._show(scene)

    def fault(self, title: str, who: str, code: str) -> None:
        """Tell a scene that could not be played to its end."""
        self.scene(title, who, {f"the registry answered {code}": False}, {"problem": code})

    @property
    def held(self) -> bool:
        """Say whether every scene came out as told."""
        return bool(self.scenes) and all(scene.held for scene in self.scenes)

    def close(self) -> None:
        """Say how it ended."""
        if self.quiet:
            told = [
                {"title": s.title, "who": s.who, "held": s.held, "told": s.told, "data": s.data} for s in self.scenes
            ]
            report = orjson.dumps({"held": self.held, "scenes": told}, option=orjson.OPT_INDENT_2)
            sys.stdout.buffer.write(report + b"\n")
            return
        held = sum(scene.held for scene in self.scenes)
        end = f"{held} of {len(self.scenes)} scenes came out as told."
        self.console.print(Text(end, style="bold green" if self.held else "bold red"))

    def _show(self, scene: Scene) -> None:
        body = Text("\n".join(scene.told))
        number = len(self.scenes)
        style = "green" if scene.held else "red"
        title = f"{number}. {scene.title}"
        self.console.print(Panel(body, title=title, title_align="left", subtitle=scene.who, border_style=style))
