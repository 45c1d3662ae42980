"""One file a legal instrument. Drop a file in and it is found; tests/contract holds it to its promises."""
