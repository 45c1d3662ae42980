"""What a developer runs; every file without an ending is a command, the modules are their bodies."""
