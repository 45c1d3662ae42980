"""What happened: frozen facts with written topics. No logic; kept for ever; may only grow."""
