"""Typed words of the domain: identifiers, legal time, vocabulary, parties and terms. No I/O."""
