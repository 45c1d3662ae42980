"""Formats of signed containers that messages between authorities travel in; one file each, found by scan."""
