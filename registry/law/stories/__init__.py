"""Stories: cases as data that a lawyer can write, read from bytes and held against the law (pure)."""

from registry.law.stories.run import Result, run
from registry.law.stories.tale import Story, read_stories
from registry.law.stories.tree import StoryUnreadable
from registry.law.stories.wishes import Decide, Surroundings

__all__ = ["Decide", "Result", "Story", "StoryUnreadable", "Surroundings", "read_stories", "run"]
