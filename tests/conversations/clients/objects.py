"""boto3 on S3: `objects.py READY_FILE`, with the stack Notes."""

import io
import sys
import urllib.error
import urllib.request

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from cloud import Cloud, check, check_refused

cloud = Cloud(sys.argv[1])
objects = cloud.client("s3")
bucket = cloud.physical("Notes", "SiteBucket")


def an_object_comes_and_goes():
    key = "from boto3/ü +&.txt"
    about = {"ContentType": "text/plain", "Metadata": {"by": "ada"}}
    stored = objects.put_object(Bucket=bucket, Key=key, Body=b"hello", **about)
    found = objects.get_object(Bucket=bucket, Key=key)
    check((found["Body"].read(), found["ContentType"], found["Metadata"]), (b"hello", "text/plain", {"by": "ada"}))
    check(found["ETag"], stored["ETag"])
    check(objects.get_object(Bucket=bucket, Key=key, Range="bytes=1-3")["Body"].read(), b"ell")
    listed = objects.list_objects_v2(Bucket=bucket, Prefix="from boto3/")
    check([(entry["Key"], entry["Size"]) for entry in listed["Contents"]], [(key, 5)])
    objects.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": key})
    check(objects.head_object(Bucket=bucket, Key="copy")["ContentLength"], 5)
    objects.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key}, {"Key": "copy"}]})
    check_refused("404", objects.head_object, Bucket=bucket, Key=key)
    check_refused("NoSuchKey", objects.get_object, Bucket=bucket, Key=key)


def a_large_object_in_parts():
    content = bytes(range(256)) * 24 * 1024
    parts = TransferConfig(multipart_threshold=1, multipart_chunksize=5 * 1024 * 1024)
    objects.upload_fileobj(io.BytesIO(content), bucket, "large", Config=parts)
    found = io.BytesIO()
    objects.download_fileobj(bucket, "large", found)
    assert found.getvalue() == content, "it came back changed"
    objects.delete_object(Bucket=bucket, Key="large")


def a_presigned_url_needs_no_keys():
    objects.put_object(Bucket=bucket, Key="shared", Body=b"for everybody")
    # Without being told, boto3 presigns by version 2, which buckets made since 2020 refuse.
    signing = cloud.client("s3", config=Config(signature_version="s3v4"))
    url = signing.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "shared"}, ExpiresIn=60)
    with urllib.request.urlopen(url) as answer:
        check(answer.read(), b"for everybody")
    for wrong in (url.replace("shared", "other"), url.split("?")[0]):
        try:
            urllib.request.urlopen(wrong)
            raise AssertionError(f"{wrong} is open to everybody")
        except urllib.error.HTTPError as error:
            check(error.code, 403)
    objects.delete_object(Bucket=bucket, Key="shared")


an_object_comes_and_goes()
a_large_object_in_parts()
a_presigned_url_needs_no_keys()
