"""boto3 on STS and Cognito, and with wrong keys: `identities.py READY_FILE`, with the stack Agenda."""

import json
import sys
import urllib.error
import urllib.request

import boto3
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from cloud import CONFIG, Cloud, check, check_refused

cloud = Cloud(sys.argv[1])


def session(key, secret, token=None):
    return boto3.Session(aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)


def who_am_i():
    check(cloud.client("sts").get_caller_identity()["Arn"], "arn:aws:iam::000000000000:root")


def wrong_keys_are_refused_in_each_protocol():
    mine = cloud.ready["credentials"]
    unknown, wrong = session("AKIANOBODY", "x"), session(mine["accessKeyId"], "not " + mine["secretAccessKey"])
    for service, call, unknown_key, wrong_secret in (
        ("dynamodb", "list_tables", "UnrecognizedClientException", "InvalidSignatureException"),
        ("lambda", "list_functions", "UnrecognizedClientException", "InvalidSignatureException"),
        ("sts", "get_caller_identity", "InvalidClientTokenId", "SignatureDoesNotMatch"),
        ("s3", "list_buckets", "InvalidAccessKeyId", "SignatureDoesNotMatch"),
    ):
        check_refused(unknown_key, getattr(unknown.client(service, config=CONFIG), call))
        check_refused(wrong_secret, getattr(wrong.client(service, config=CONFIG), call))


def a_guest():
    """Keys of a guest, as the page that creates events gets them."""
    cognito = cloud.client("cognito-identity", config=Config(signature_version=UNSIGNED))
    identity = cognito.get_id(IdentityPoolId=cloud.output("Agenda", "IdentityPoolId"))["IdentityId"]
    keys = cognito.get_credentials_for_identity(IdentityId=identity)["Credentials"]
    check_refused("InvalidParameterException", cognito.get_open_id_token, IdentityId=identity)
    check_refused(
        "ResourceNotFoundException", cognito.get_id, IdentityPoolId="us-east-1:00000000-0000-4000-8000-000000000000"
    )
    return keys["AccessKeyId"], keys["SecretKey"], keys["SessionToken"]


def a_guest_may_do_one_thing(keys):
    guest = session(*keys)
    role = cloud.physical("Agenda", "GuestsRole")
    arn = guest.client("sts", config=CONFIG).get_caller_identity()["Arn"]
    check(arn, f"arn:aws:sts::000000000000:assumed-role/{role}/CognitoIdentityCredentials")
    table = cloud.physical("Agenda", "Events")
    message = check_refused("AccessDeniedException", guest.client("dynamodb", config=CONFIG).scan, TableName=table)
    assert "dynamodb:Scan" in message and cloud.arn("Agenda", "Events") in message, message
    sts = guest.client("sts", config=CONFIG)
    role_arn = cloud.arn("Agenda", "PutEventRole")
    check_refused("AccessDenied", sts.assume_role, RoleArn=role_arn, RoleSessionName="guest")


def put_event(credentials):
    event = {"user_id": 77, "name": "from boto3", "dt_start": "2026-11-21T20:00", "dt_end": "2026-11-21T21:00"}
    request = AWSRequest("POST", cloud.output("Agenda", "FunctionUrl"), data=json.dumps(event))
    request.headers["content-type"] = "application/json"
    if credentials:
        SigV4Auth(Credentials(*credentials), "lambda", cloud.region).add_auth(request)
    headers = dict(request.headers.items())
    try:
        with urllib.request.urlopen(urllib.request.Request(request.url, request.data.encode(), headers)) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def a_function_url_asks_for_a_signature(keys):
    check(put_event(keys), 201)
    check(put_event(None), 403)
    check(put_event((keys[0], "another secret", keys[2])), 403)


who_am_i()
wrong_keys_are_refused_in_each_protocol()
keys = a_guest()
a_guest_may_do_one_thing(keys)
a_function_url_asks_for_a_signature(keys)
