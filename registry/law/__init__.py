"""What the law says: pure functions over facts, dated rules, one file an instrument. No clock, no I/O."""
