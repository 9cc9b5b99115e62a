"""boto3 on SQS: `queues.py READY_FILE`, with the stack Notifications."""

import sys

from cloud import Cloud, check, check_refused

cloud = Cloud(sys.argv[1])
queues = cloud.client("sqs")
# Nothing takes messages from it but us.
url = cloud.physical("Notifications", "DeliveriesFailures")


def a_message_comes_once_and_goes():
    attributes = {"kind": {"DataType": "String", "StringValue": "greeting"}}
    sent = queues.send_message(QueueUrl=url, MessageBody="hello", MessageAttributes=attributes)
    wanted = {"WaitTimeSeconds": 2, "MessageAttributeNames": ["All"], "VisibilityTimeout": 30}
    [message] = queues.receive_message(QueueUrl=url, **wanted)["Messages"]
    check((message["MessageId"], message["Body"]), (sent["MessageId"], "hello"))
    check(message["MessageAttributes"], attributes)
    assert "Messages" not in queues.receive_message(QueueUrl=url), "it is out of sight"
    queues.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    [message] = queues.receive_message(QueueUrl=url, WaitTimeSeconds=2)["Messages"]
    queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert "Messages" not in queues.receive_message(QueueUrl=url), "it is gone"


def several_at_once():
    entries = [{"Id": str(number), "MessageBody": f"message {number}"} for number in range(10)]
    check(len(queues.send_message_batch(QueueUrl=url, Entries=entries)["Successful"]), 10)
    bodies = set()
    while len(bodies) < 10:
        messages = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2)["Messages"]
        bodies |= {message["Body"] for message in messages}
        handles = enumerate(message["ReceiptHandle"] for message in messages)
        done = [{"Id": str(number), "ReceiptHandle": handle} for number, handle in handles]
        check(len(queues.delete_message_batch(QueueUrl=url, Entries=done)["Successful"]), len(messages))
    check(bodies, {entry["MessageBody"] for entry in entries})


def what_is_known_of_queues():
    attributes = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    check(attributes["QueueArn"], cloud.arn("Notifications", "DeliveriesFailures"))
    check(queues.get_queue_url(QueueName=url.rsplit("/", 1)[1])["QueueUrl"], url)
    assert url in queues.list_queues()["QueueUrls"]
    check_refused("AWS.SimpleQueueService.NonExistentQueue", queues.get_queue_url, QueueName="nowhere")


a_message_comes_once_and_goes()
several_at_once()
what_is_known_of_queues()
