"""What the ready file of `local` says, for the clients beside this file.

It sets up the stock SDK as a user would, by environment variables, and knows nothing of what is tested.
"""

import json
import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# A test is to fail soon rather than to try again.
CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20)


class Cloud:
    def __init__(self, ready_file):
        with open(ready_file, encoding="utf-8") as file:
            self.ready = json.load(file)
        keys = self.ready["credentials"]
        os.environ["AWS_ENDPOINT_URL"] = self.endpoint = self.ready["endpoint"]
        os.environ["AWS_REGION"] = os.environ["AWS_DEFAULT_REGION"] = self.region = self.ready["region"]
        os.environ["AWS_ACCESS_KEY_ID"] = keys["accessKeyId"]
        os.environ["AWS_SECRET_ACCESS_KEY"] = keys["secretAccessKey"]
        if keys.get("sessionToken"):
            os.environ["AWS_SESSION_TOKEN"] = keys["sessionToken"]
        # What whoever runs the tests has set up for the real AWS stays out of it.
        os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
        os.environ.pop("AWS_PROFILE", None)

    def client(self, service, **options):
        return boto3.client(service, config=options.pop("config", CONFIG), **options)

    def output(self, stack, name):
        return self.ready["stacks"][stack]["outputs"][name]

    def physical(self, stack, logical_id):
        return self.ready["stacks"][stack]["resources"][logical_id]["physicalId"]

    def arn(self, stack, logical_id):
        return self.ready["stacks"][stack]["resources"][logical_id]["arn"]


def check(actual, wanted):
    assert actual == wanted, f"{actual!r} is not {wanted!r}"


def check_refused(code, call, **parameters):
    """The call is refused with this code; gives the message."""
    try:
        answer = call(**parameters)
    except ClientError as error:
        check(error.response["Error"]["Code"], code)
        return error.response["Error"]["Message"]
    raise AssertionError(f"{answer!r} is not {code}")


def soon(ask):
    """What `ask` gives once it gives something, within five seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(0.02)
    raise AssertionError("it did not happen within 5 s")
