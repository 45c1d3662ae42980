"""What can be asked: tables derived from facts by pure functions, deletable and rebuildable."""
