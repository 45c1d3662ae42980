"""The registry of protective orders: one order followed from the door to the patrol car (README.md)."""
