"""Signed HTTP messages (RFC 9421) between institutions and the registry: made and held to their words, both ways."""
