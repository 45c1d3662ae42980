"""Where personal data is sealed and opened: keys by party, blocks, claims. Forgetting is destroying a key."""
