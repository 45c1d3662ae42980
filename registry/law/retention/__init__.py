"""How long a party's data in an order is kept: one file a law area or country, found by scan (law/schedule.py)."""
