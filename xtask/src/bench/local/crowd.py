"""A crowd at this project's runner: what an idle connection costs, and how soon a thousand hear of one update.

Arguments: the program, a folder for its files, the number of connections. Prints Markdown.
"""

import asyncio
import json
import os
import pathlib
import subprocess
import sys
import time

import boto3
import websockets

AT_ONCE = 50


async def main(program, folder, count):
    folder = pathlib.Path(folder)
    ready_file = folder / "crowd.json"
    ready_file.unlink(missing_ok=True)
    command = [program, "local", "VisitorCounter", "--release", "--port", "0", "--ready-file", str(ready_file)]
    with open(folder / "crowd.log", "w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        while not ready_file.exists():
            assert process.poll() is None, (folder / "crowd.log").read_text()
            await asyncio.sleep(0.01)
        await crowd(process.pid, json.loads(ready_file.read_text()), count)
    finally:
        process.terminate()
        process.wait(30)


async def crowd(process, ready, count):
    url = ready["stacks"]["VisitorCounter"]["outputs"]["WebSocketUrl"]
    # The first one starts the functions, so that they are no part of what connections cost.
    first = await websockets.connect(url)
    await asyncio.sleep(1)
    before = resident(process)
    began = time.perf_counter()
    sockets = [first, *await opened(url, count - 1)]
    opening = time.perf_counter() - began
    # The broadcasts of so many arrivals come to an end.
    await asyncio.gather(*(quiet(socket) for socket in sockets))
    kilobytes = (resident(process) - before) / (count - 1)
    heard = [await update(ready, sockets, 1_000_000 + number) for number in range(5)]
    print(f"{count} connections, opened in {opening:.1f} s, {kilobytes:.1f} KB of memory each; "
          f"one update heard by all after {min(heard) * 1e3:.0f} to {max(heard) * 1e3:.0f} ms in {len(heard)} rounds")
    await asyncio.gather(*(socket.close() for socket in sockets))


async def opened(url, count):
    gate = asyncio.Semaphore(AT_ONCE)

    async def open_one():
        async with gate:
            return await websockets.connect(url, open_timeout=60)

    return await asyncio.gather(*(open_one() for _ in range(count)))


async def quiet(socket):
    while True:
        try:
            await asyncio.wait_for(socket.recv(), 3)
        except TimeoutError:
            return


async def update(ready, sockets, number):
    keys = ready["credentials"]
    dynamodb = boto3.resource("dynamodb", endpoint_url=ready["endpoint"], region_name=ready["region"],
                              aws_access_key_id=keys["accessKeyId"], aws_secret_access_key=keys["secretAccessKey"])
    waiting = [asyncio.create_task(until(socket, number)) for socket in sockets]
    await asyncio.sleep(0.1)
    began = time.perf_counter()
    dynamodb.Table("VisitorCount").put_item(Item={"id": "visitor_count", "count": number})
    await asyncio.gather(*waiting)
    return time.perf_counter() - began


async def until(socket, number):
    while json.loads(await asyncio.wait_for(socket.recv(), 60))["count"] < number:
        pass


def resident(process):
    """Kilobytes of the runner alone, not of its functions."""
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise SystemExit("the runner is gone")


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
