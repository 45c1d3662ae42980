"""May they? Who an actor is, what each role may do, and for whom: one table, pure."""
