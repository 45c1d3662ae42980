"""Readings that several court systems share: bounded documents, typed fields, legal dates. All pure."""
