// The SDK for JavaScript on DynamoDB: `tables.cjs READY_FILE`, with the stack Notes.
// It knows no stack but that one, and is CommonJS so that NODE_PATH finds its packages.

const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const { setTimeout: wait } = require("node:timers/promises");
const dynamodb = require("@aws-sdk/client-dynamodb");

const ready = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { endpoint, region, credentials } = ready;
const client = new dynamodb.DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
const TableName = ready.stacks.Notes.resources.Notes.physicalId;
const Key = { id: { S: "from JavaScript" } };

async function counted() {
  for (let attempt = 0; attempt < 250; attempt++) {
    const { Item } = await client.send(new dynamodb.GetItemCommand({ TableName, Key, ConsistentRead: true }));
    if (Item.wordCount) return Item.wordCount;
    await wait(20);
  }
  throw new Error("the words are not counted within 5 s");
}

async function main() {
  const Item = { ...Key, title: { S: "Greeting" }, content: { S: "hallo schöne Welt" } };
  await client.send(new dynamodb.PutItemCommand({ TableName, Item }));
  assert.deepEqual(await counted(), { N: "3" });

  const again = new dynamodb.PutItemCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(id)" });
  await assert.rejects(client.send(again), dynamodb.ConditionalCheckFailedException);

  const stranger = new dynamodb.DynamoDBClient({
    endpoint, region, maxAttempts: 1, credentials: { ...credentials, secretAccessKey: "another secret" },
  });
  const refused = stranger.send(new dynamodb.DeleteItemCommand({ TableName, Key }));
  await assert.rejects(refused, { name: "InvalidSignatureException" });

  await client.send(new dynamodb.DeleteItemCommand({ TableName, Key }));
}

main().catch((problem) => {
  console.error(problem);
  process.exitCode = 1;
});
