"""Text turns with openai 1.x; run by test_realtime_old_sdk.py in that SDK's own virtual environment.

Arguments: base URL, key, `ga` or `beta`. Prints the answer.
"""

import asyncio
import sys

import openai


async def main(base_url: str, key: str, shape: str) -> None:
    client = openai.AsyncOpenAI(base_url=base_url, api_key=key)
    realtime = client.realtime if shape == "ga" else client.beta.realtime
    delta = "response.output_text.delta" if shape == "ga" else "response.text.delta"
    modalities = {"output_modalities": ["text"]} if shape == "ga" else {"modalities": ["text"]}
    async with realtime.connect(model="sim-realtime") as connection:
        await connection.conversation.item.create(
            item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello old friend"}]}
        )
        await connection.response.create(response=modalities)
        async for event in connection:
            if event.type == "error":
                sys.exit(str(event))
            if event.type == delta:
                print(event.delta, end="")
            if event.type == "response.done":
                return


asyncio.run(asyncio.wait_for(main(*sys.argv[1:]), 30))
