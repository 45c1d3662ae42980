"""Is this the same person? Pure, explained, versioned; exact search comes first."""
