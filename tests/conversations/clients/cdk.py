"""What the AWS CDK's template describes, from outside: `cdk.py READY_FILE`, with the stack CdkFixture."""

import json
import sys
import urllib.error
import urllib.request

from cloud import Cloud, check, soon
from websockets.sync.client import connect

STACK = "CdkFixture"
cloud = Cloud(sys.argv[1])
api = cloud.output(STACK, "ApiEndpoint4F160690")


def call(path, body=None):
    try:
        with urllib.request.urlopen(api + path, body and json.dumps(body).encode()) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def a_thing_is_written_and_seen_by_the_stream():
    check(call("things", {"id": "lamp"}), (201, {"id": "lamp"}))
    check(soon(lambda: call("things/lamp") if call("things/lamp")[1]["seen"] else None)[0], 200)
    check(call("things/chair"), (404, {"message": "no thing is called chair"}))
    check(call("nothing")[0], 403)


def a_socket_answers():
    with connect(cloud.output(STACK, "SocketUrl")) as socket:
        message = json.dumps({"action": "shout", "text": "hello"})
        socket.send(message)
        check(socket.recv(timeout=5), message.upper())
        socket.send("not for anybody")
        check(json.loads(socket.recv(timeout=5))["message"], "Forbidden")


def an_event_arrives_in_its_queue():
    entry = {"Source": "fixture", "DetailType": "Arrived", "Detail": json.dumps({"name": "lamp"})}
    cloud.client("events").put_events(Entries=[{**entry, "DetailType": "Left"}, entry])
    url = cloud.output(STACK, "ArrivalsUrl")
    [message] = cloud.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    event = json.loads(message["Body"])
    check((event["source"], event["detail-type"], event["detail"]), ("fixture", "Arrived", {"name": "lamp"}))


def a_bucket_is_there():
    objects, bucket = cloud.client("s3"), cloud.output(STACK, "BucketName")
    objects.put_object(Bucket=bucket, Key="lamp.txt", Body=b"bright")
    check(objects.get_object(Bucket=bucket, Key="lamp.txt")["Body"].read(), b"bright")
    objects.delete_object(Bucket=bucket, Key="lamp.txt")


a_thing_is_written_and_seen_by_the_stream()
a_socket_answers()
an_event_arrives_in_its_queue()
a_bucket_is_there()
