"""gql's AppSync transport: `agenda.py READY_FILE`, with the stack Agenda.

Subscribes with an API key and with IAM, and has events arrive from a mutation and from the table's stream.
"""

import asyncio
import json
import sys
import urllib.request
from urllib.parse import urlparse

from cloud import Cloud, check
from gql import Client, gql
from gql.transport.appsync_auth import AppSyncApiKeyAuthentication, AppSyncIAMAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport
from gql.transport.exceptions import TransportError, TransportQueryError

cloud = Cloud(sys.argv[1])
graphql, key = cloud.output("Agenda", "GraphqlUrl"), cloud.output("Agenda", "ApiKey")
host = urlparse(graphql).netloc
DATES = {"dt_start": "2026-11-21T20:00", "dt_end": "2026-11-21T21:00"}
FIELDS = "user_id id name dt_start dt_end location"
CREATED = f"subscription Created($user: Int) {{ onCreateEventsTable(user_id: $user) {{ {FIELDS} }} }}"


def ask(query, **variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    headers = {"content-type": "application/json", "x-api-key": key}
    with urllib.request.urlopen(urllib.request.Request(graphql, body, headers)) as answer:
        return json.load(answer)


def create(user, number, name):
    mutation = f"createEventsTable(input: $input) {{ {FIELDS} }}"
    answer = ask(
        f"mutation Create($input: CreateEventsTableInput!) {{ {mutation} }}",
        input={"user_id": user, "id": number, "name": name, **DATES},
    )
    assert "errors" not in answer, answer
    return answer["data"]["createEventsTable"]


async def subscribed(auth, url, user, change):
    """What a subscriber to one user's events is told first, once `change` has been made."""
    transport = AppSyncWebsocketsTransport(url, auth=auth)
    async with Client(transport=transport) as session:
        query = gql(CREATED)
        query.variable_values = {"user": user}
        told = session.subscribe(query)
        first = asyncio.ensure_future(anext(told))
        # There is no sign of `start_ack` that one could wait for.
        await asyncio.sleep(0.5)
        await asyncio.to_thread(change)
        event = (await asyncio.wait_for(first, 5))["onCreateEventsTable"]
        await told.aclose()
        return event


def both():
    """Somebody else's event first: it is not to be told."""
    create(8, 1, "not mine")
    create(7, 1, "mine")


async def with_an_api_key():
    auth = AppSyncApiKeyAuthentication(host=host, api_key=key)
    # Either address will do: the API's own, and that of its realtime part.
    urls = graphql.replace("http://", "ws://"), cloud.output("Agenda", "RealtimeUrl")
    event = await subscribed(auth, urls[0], 7, both)
    check((event["user_id"], event["name"], event["location"]), (7, "mine", None))
    event = await subscribed(auth, urls[1], 9, lambda: create(9, 1, "elsewhere"))
    check(event["name"], "elsewhere")


async def what_the_stream_tells():
    """An event written past the API reaches subscribers by way of the function behind the table's stream."""
    table = cloud.physical("Agenda", "Events")
    item = {"user_id": {"N": "10"}, "id": {"N": "1"}, "name": {"S": "straight into the table"}}
    item |= {name: {"S": date} for name, date in DATES.items()}
    put = lambda: cloud.client("dynamodb").put_item(TableName=table, Item=item)
    auth = AppSyncApiKeyAuthentication(host=host, api_key=key)
    event = await subscribed(auth, cloud.output("Agenda", "RealtimeUrl"), 10, put)
    check(event["name"], "straight into the table")


async def a_wrong_key():
    auth = AppSyncApiKeyAuthentication(host=host, api_key="da2-nobody")
    try:
        await subscribed(auth, cloud.output("Agenda", "RealtimeUrl"), 7, lambda: None)
    except TransportError:
        return
    raise AssertionError("a wrong key is let in")


async def with_iam():
    """The connection opens by IAM; the subscription is for API keys alone, and is refused."""
    auth = AppSyncIAMAuthentication(host=host, region_name=cloud.region)
    try:
        await subscribed(auth, cloud.output("Agenda", "RealtimeUrl"), 7, lambda: None)
    except TransportQueryError as error:
        assert "Not Authorized" in str(error) or "Unauthorized" in str(error), error
        return
    raise AssertionError("IAM is let in where the schema does not say so")


async def main():
    await with_an_api_key()
    await what_the_stream_tells()
    await a_wrong_key()
    await with_iam()


asyncio.run(main())
