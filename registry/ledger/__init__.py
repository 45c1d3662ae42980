"""What can be proved: the one door to the event store, and the single writer behind it."""
