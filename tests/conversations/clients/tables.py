"""boto3 on DynamoDB and its streams: `tables.py READY_FILE`, with the stacks Notes and VisitorCounter."""

import sys

from cloud import Cloud, check, check_refused, soon

cloud = Cloud(sys.argv[1])
dynamodb, streams = cloud.client("dynamodb"), cloud.client("dynamodbstreams")


def a_note_is_counted_by_the_function_behind_its_stream():
    table, key = cloud.physical("Notes", "Notes"), {"id": {"S": "from boto3"}}
    note = {**key, "title": {"S": "Greeting"}, "content": {"S": "hello  wide world"}}
    dynamodb.put_item(TableName=table, Item=note)
    counted = lambda: dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"].get("wordCount")
    check(soon(counted), {"N": "3"})
    dynamodb.delete_item(TableName=table, Key=key)


def a_stream_tells_of_every_change():
    table, key = cloud.physical("VisitorCounter", "Counter"), {"id": {"S": "from boto3"}}
    description = dynamodb.describe_table(TableName=table)["Table"]
    arn = description["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][-1]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="LATEST")
    iterator = iterator["ShardIterator"]
    for count in ("1", "2", "2"):
        dynamodb.put_item(TableName=table, Item={**key, "count": {"N": count}})
    dynamodb.delete_item(TableName=table, Key=key)
    records = []
    while len(records) < 3:
        answer = streams.get_records(ShardIterator=iterator)
        iterator = answer["NextShardIterator"]
        records += [record for record in answer["Records"] if record["dynamodb"]["Keys"] == key]
    # The third write changed nothing.
    check([record["eventName"] for record in records], ["INSERT", "MODIFY", "REMOVE"])
    check([record["dynamodb"].get("NewImage", {}).get("count") for record in records], [{"N": "1"}, {"N": "2"}, None])


def conditions_transactions_and_pages():
    table = cloud.physical("VisitorCounter", "Connections")
    items = [{"connectionId": {"S": f"boto3-{number}"}} for number in range(5)]
    put = [{"Put": {"TableName": table, "Item": item}} for item in items]
    dynamodb.transact_write_items(TransactItems=put)
    only_new = {"ConditionExpression": "attribute_not_exists(connectionId)"}
    check_refused("ConditionalCheckFailedException", dynamodb.put_item, TableName=table, Item=items[0], **only_new)
    put[0]["Put"].update(only_new)
    check_refused("TransactionCanceledException", dynamodb.transact_write_items, TransactItems=put)
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, PaginationConfig={"PageSize": 2})
    ids = {item["connectionId"]["S"] for page in pages for item in page["Items"]}
    assert {item["connectionId"]["S"] for item in items} <= ids, ids
    delete = [{"DeleteRequest": {"Key": item}} for item in items]
    dynamodb.batch_write_item(RequestItems={table: delete})


def what_is_not_there():
    check_refused("ResourceNotFoundException", dynamodb.describe_table, TableName="nowhere")
    assert cloud.physical("Notes", "Notes") in dynamodb.list_tables()["TableNames"]


a_note_is_counted_by_the_function_behind_its_stream()
a_stream_tells_of_every_change()
conditions_transactions_and_pages()
what_is_not_there()
