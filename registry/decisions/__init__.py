"""What follows: pure deciders. State and command in, facts out, or a typed refusal."""
