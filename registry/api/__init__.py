"""A request comes in, an answer goes out: HTTP under /v1, from one table of routes."""
