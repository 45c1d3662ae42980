"""One file a way to hold key-encryption keys; each implements `registry.ports.KeyKeeper`."""
