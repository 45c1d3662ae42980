"""The card: a signed summary of an order on paper, and what checks it without a network.

STANDS ALONE: this folder imports the standard library, `cryptography` and `cbor2`, and nothing else of
the project, so that a court of another State can check a card with it and nothing more.
"""
