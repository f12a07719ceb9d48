"""Opens a realtime session, says so, and waits to be killed. Arguments: URL, key."""

import asyncio
import sys

import websockets


async def main(url: str, key: str) -> None:
    async with websockets.connect(url, additional_headers={"Authorization": f"Bearer {key}"}) as socket:
        await socket.recv()
        print("open", flush=True)
        await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
