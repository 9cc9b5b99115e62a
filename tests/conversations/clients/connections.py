"""boto3 on `@connections` and on EventBridge: `connections.py READY_FILE`.

It needs the stacks VisitorCounter and Notifications, and nobody else connected to the first.
"""

import json
import sys

from cloud import Cloud, check, check_refused, soon
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

cloud = Cloud(sys.argv[1])


def open_connections():
    """The ids of the visitors that are there."""
    table = cloud.physical("VisitorCounter", "Connections")
    rows = cloud.client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
    return [row["connectionId"]["S"] for row in rows]


def a_message_a_look_and_the_end():
    url = cloud.output("VisitorCounter", "WebSocketUrl")
    management = url.replace("ws://", "http://")
    connections = cloud.client("apigatewaymanagementapi", endpoint_url=management)
    with connect(url) as socket:
        [connection] = soon(open_connections)
        check(json.loads(socket.recv(timeout=5))["type"], "visitorCount")
        connections.post_to_connection(ConnectionId=connection, Data="Grüße".encode())
        check(socket.recv(timeout=5), "Grüße")
        seen = connections.get_connection(ConnectionId=connection)
        assert seen["ConnectedAt"] <= seen["LastActiveAt"], seen
        check(seen["Identity"]["SourceIp"], "127.0.0.1")
        connections.delete_connection(ConnectionId=connection)
        try:
            socket.recv(timeout=5)
        except ConnectionClosed:
            pass
    # `$disconnect` has run.
    soon(lambda: not open_connections())
    for call in (connections.get_connection, connections.delete_connection):
        check_refused("GoneException", call, ConnectionId=connection)
    check_refused("GoneException", connections.post_to_connection, ConnectionId=connection, Data=b"x")


def an_event_reaches_its_user():
    events = cloud.client("events")
    entry = {"Source": "custom.food_app", "DetailType": "Order Delivered"}
    entry["EventBusName"] = cloud.output("Notifications", "EventBusName")
    detail = {"user_id": "ada", "order_id": 7, "price": 1.50}
    with connect(cloud.output("Notifications", "WebSocketUrl") + "?user_id=ada") as socket:
        answer = events.put_events(Entries=[{**entry, "Detail": json.dumps(detail)}, {**entry, "Detail": "no JSON"}])
        check(answer["FailedEntryCount"], 1)
        assert answer["Entries"][0]["EventId"], answer
        check(answer["Entries"][1]["ErrorCode"], "MalformedDetail")
        check(json.loads(socket.recv(timeout=5)), {"order_id": 7, "price": 1.50})


a_message_a_look_and_the_end()
an_event_reaches_its_user()
