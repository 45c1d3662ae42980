"""Benchmarks, found by scan: each module offers `main(arguments)` and says in its first line what it measures."""
