"""The least that a web server does: it reads a request and answers so many bytes; a process of its own."""

import asyncio
import sys

from aiohttp import web


async def _answer(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(body=b"x" * int(request.match_info["size"]), content_type="application/json")


async def answering(runner: web.AppRunner) -> None:
    """Answer at a free port, which is printed, until the other end of stdin closes."""
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


def main() -> None:
    """Serve."""
    bare = web.Application()
    bare.router.add_post("/{size}", _answer)
    asyncio.run(answering(web.AppRunner(bare)))


if __name__ == "__main__":
    main()
