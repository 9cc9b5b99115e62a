"""boto3 on Lambda: `functions.py READY_FILE`, with the stacks Notes and Notifications."""

import base64
import json
import sys

from cloud import Cloud, check, check_refused

cloud = Cloud(sys.argv[1])
functions = cloud.client("lambda")


def functions_are_listed():
    pages = functions.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
    listed = {function["FunctionName"]: function for page in pages for function in page["Functions"]}
    for name in cloud.ready["functions"].values():
        assert name in listed, f"{name} is not among {sorted(listed)}"
    name = cloud.physical("Notes", "Handler")
    check(listed[name]["FunctionArn"], cloud.arn("Notes", "Handler"))
    check(functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"], cloud.arn("Notes", "Handler"))


def a_function_answers():
    event = {"httpMethod": "GET", "resource": "/notes/{id}", "path": "/notes/none", "pathParameters": {"id": "none"}}
    event |= {"headers": {}, "multiValueHeaders": {}, "requestContext": {"requestId": "1", "stage": "prod"}}
    answer = functions.invoke(
        FunctionName=cloud.ready["functions"]["notes-api"], Payload=json.dumps(event), LogType="Tail"
    )
    check((answer["StatusCode"], answer.get("FunctionError")), (200, None))
    check(json.load(answer["Payload"])["statusCode"], 404)
    base64.b64decode(answer["LogResult"], validate=True)


def an_error_is_told():
    answer = functions.invoke(FunctionName=cloud.arn("Notifications", "PlaceOrder"), Payload='"no event"')
    check(answer["FunctionError"], "Unhandled")
    assert "errorMessage" in json.load(answer["Payload"])


def nobody_has_to_wait():
    event = {"source": "x", "detail-type": "x", "detail": {"user_id": "nobody"}}
    name = cloud.physical("Notifications", "MessagePublisher")
    answer = functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))
    check((answer["StatusCode"], answer["Payload"].read()), (202, b""))
    check(functions.invoke(FunctionName=name, InvocationType="DryRun")["StatusCode"], 204)


def what_is_not_there():
    check_refused("ResourceNotFoundException", functions.invoke, FunctionName="nobody")
    name = cloud.physical("Notes", "Handler")
    check_refused("InvalidRequestContentException", functions.invoke, FunctionName=name, Payload="{")


functions_are_listed()
a_function_answers()
an_error_is_told()
nobody_has_to_wait()
what_is_not_there()
