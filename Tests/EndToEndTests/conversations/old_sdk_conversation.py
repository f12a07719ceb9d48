"""A conversation with openai 1.x; run by test_conversation_old_sdk.py in that SDK's own virtual environment.

Arguments: WebSocket base URL, key, `ga` or `beta`, models. Prints what it saw with each of them as JSON.
"""

import asyncio
import json
import sys

import openai


async def converse(client: openai.AsyncOpenAI, is_ga: bool, model: str) -> dict:
    realtime = client.realtime if is_ga else client.beta.realtime
    parameters = {"type": "object", "properties": {}}
    tool = {"type": "function", "name": "get_weather", "description": "d", "parameters": parameters}
    seen: dict = {"types": [], "texts": [], "statuses": [], "calls": [], "metadata": []}

    async with realtime.connect(model=model) as connection:

        async def until(*types: str):
            while True:
                event = await connection.recv()
                seen["types"].append(event.type)
                if event.type == "error":
                    sys.exit(str(event))
                if event.type in types:
                    return event
                if event.type in ("response.output_text.delta", "response.text.delta"):
                    seen["texts"][-1] += event.delta

        async def respond(**options):
            seen["texts"].append("")
            await connection.response.create(response=options)
            response = (await until("response.done")).response
            seen["statuses"].append(response.status)
            seen["metadata"].append(response.metadata)
            seen["usage"] = response.usage.to_dict()
            return response

        async def add(item: dict):
            await connection.conversation.item.create(item=item)
            await until("conversation.item.done" if is_ga else "conversation.item.created")

        created = await until("session.created")
        seen["session"] = created.session.to_dict()
        change = {"type": "realtime"} if is_ga else {"modalities": ["text"], "temperature": 0.7}
        await connection.session.update(session=change | {"instructions": "Be brief.", "tools": [tool]})
        await until("session.updated")
        await add({"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello old friend"}]})
        response = await respond()
        for item in response.output:
            if item.type == "function_call":
                seen["calls"].append([item.name, json.loads(item.arguments)])
                await add({"type": "function_call_output", "call_id": item.call_id, "output": "22 degrees"})
        text = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "aside"}]}
        await respond(conversation="none", metadata={"k": "v"}, input=[text])
        await respond()
    return seen


async def main(url: str, key: str, shape: str, *models: str) -> None:
    client = openai.AsyncOpenAI(websocket_base_url=url, api_key=key)
    print(json.dumps({model: await converse(client, shape == "ga", model) for model in models}))


asyncio.run(asyncio.wait_for(main(*sys.argv[1:]), 30))
