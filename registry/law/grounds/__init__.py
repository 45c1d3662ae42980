"""Grounds of refusal under Directive 2011/99/EU Art 10, one file a State; found by scan (law/refusals.py)."""
