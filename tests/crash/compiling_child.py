"""A process in which many threads read their first fact at one moment, as at the start of a registry."""

import sys
from threading import Barrier, Thread

from registry.ledger.codec import Codec, encode
from tests.given import World, enter

THREADS = 8


def main() -> None:
    """Read one order's facts in every thread, each with a codec of its own that has compiled nothing yet."""
    world = World()
    world.do(enter(), "2024-02-02T12:00:00+00:00")
    stored = [encode(fact) for stream in world.streams.values() for fact in stream]
    together = Barrier(THREADS)

    def read() -> None:
        codec = Codec()
        together.wait()
        for topic, body in stored:
            codec.decode(topic, body)

    sys.setswitchinterval(1e-6)
    threads = [Thread(target=read) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
