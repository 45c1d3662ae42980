"""What the outside is like: court systems, channels, keepers. The registry never imports this package."""
