"""Ways to reach a protected person, one file a way; each offers `CHANNEL`, and is found by scan."""
