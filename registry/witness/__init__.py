"""A witness for other logs: it cosigns what follows from what it cosigned before, and nothing else, for ever."""
