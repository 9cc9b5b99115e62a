"""What a client of a local runner waits for: an echo through a handler, and a table's stream through a handler.

Arguments: the endpoint, the id of the API, the number of rounds.
Prints one JSON object: the round trips in milliseconds, in order.
"""

import asyncio
import json
import sys
import time

import boto3
import websockets


async def main(endpoint, api, rounds):
    # Both runners take the stage, and its @connections, at this path.
    callback = f"{endpoint}/_aws/execute-api/{api}/bench"
    socket_url = callback.replace("http", "ws", 1)
    items = boto3.resource("dynamodb", endpoint_url=endpoint).Table("bench-items")
    async with websockets.connect(socket_url) as socket:
        connection = (await echo(socket, "hello"))["connection"]
        echoes = [await timed(lambda: echo(socket, f"echo {number}")) for number in range(rounds)]
        told = lambda number: push(socket, items, connection, callback, f"push {number}")
        streams = [await timed(lambda: told(number)) for number in range(rounds)]
    print(json.dumps({"echo": echoes, "stream": streams}))


async def timed(work):
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1e3


async def hear(socket):
    return await asyncio.wait_for(socket.recv(), 30)


async def echo(socket, text):
    await socket.send(text)
    answer = json.loads(await hear(socket))
    assert answer["heard"] == text, answer
    return answer


async def push(socket, items, connection, callback, text):
    items.put_item(Item={"id": text, "connection": connection, "callback": callback, "text": text})
    heard = await hear(socket)
    assert heard == text, heard


asyncio.run(main(*sys.argv[1:3], int(sys.argv[3])))
