"""Whether a place has hits on orders of others confirmed: one file a law area or country (law/hit_policy.py)."""
