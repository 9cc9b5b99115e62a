// Amplify's client on AppSync: `agenda.cjs READY_FILE`, with the stack Agenda.
// It knows no stack but that one, and is CommonJS so that NODE_PATH finds its packages.

const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const { Amplify } = require("@aws-amplify/core");
const { generateClient } = require("@aws-amplify/api");
const { WebSocket } = require("ws");

const ready = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { outputs } = ready.stacks.Agenda;

// Amplify turns `http:` into `wss:`, too; and Node 20 has no WebSocket of its own.
globalThis.WebSocket = class extends WebSocket {
  constructor(url, protocols) {
    super(url.replace(/^wss:/, outputs.GraphqlUrl.startsWith("https:") ? "wss:" : "ws:"), protocols);
  }
};

const { accessKeyId, secretAccessKey, sessionToken } = ready.credentials;
Amplify.configure(
  {
    API: {
      GraphQL: {
        endpoint: outputs.GraphqlUrl,
        region: ready.region,
        apiKey: outputs.ApiKey,
        defaultAuthMode: "apiKey",
      },
    },
  },
  {
    Auth: {
      credentialsProvider: {
        getCredentialsAndIdentityId: async () => ({ credentials: { accessKeyId, secretAccessKey, sessionToken } }),
        clearCredentialsAndIdentityId: () => {},
      },
    },
  },
);
const client = generateClient();
const DATES = { dt_start: "2026-11-21T20:00", dt_end: "2026-11-21T21:00" };
const FIELDS = "user_id id name dt_start dt_end location";
const CREATED = `subscription Created($user: Int) { onCreateEventsTable(user_id: $user) { ${FIELDS} } }`;

/** Runs a mutation that takes the input of an event. */
const change = (mutation, input, options) =>
  client.graphql({
    query: `mutation Change($input: CreateEventsTableInput!) { ${mutation}(input: $input) { ${FIELDS} } }`,
    variables: { input: { ...DATES, ...input } },
    ...options,
  });
const create = (input) => change("createEventsTable", input);

/** The first event of a user that a subscription tells, once something `happens`. */
function told(user, happens, options) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing was told of user ${user}`)), 8000);
    const subscription = client.graphql({ query: CREATED, variables: { user }, ...options }).subscribe({
      next: ({ data }) => {
        clearTimeout(timer);
        subscription.unsubscribe();
        resolve(data.onCreateEventsTable);
      },
      error: (problem) => reject(problem.error ?? problem),
    });
    // There is no sign of `start_ack` that one could wait for.
    setTimeout(() => happens().catch(reject), 500);
  });
}

async function main() {
  const { data } = await create({ user_id: 20, id: 1, name: "from Amplify" });
  const created = { user_id: 20, id: 1, name: "from Amplify", ...DATES, location: null };
  assert.deepEqual(data.createEventsTable, created);
  const { data: read } = await client.graphql({ query: `{ getEventsTable(user_id: 20, id: 1) { name } }` });
  assert.equal(read.getEventsTable.name, "from Amplify");

  const event = await told(21, async () => {
    await create({ user_id: 22, id: 1, name: "somebody else's" });
    await create({ user_id: 21, id: 1, name: "told" });
  });
  assert.equal(event.name, "told");

  const announcement = await told(23, () =>
    change("createEventsTableWithLocalResolver", { user_id: 23, id: 1, name: "announced" }, { authMode: "iam" }),
  );
  assert.equal(announcement.name, "announced");

  // The connection opens by IAM; the subscription is for API keys alone.
  const refused = told(24, async () => {}, { authMode: "iam" });
  await assert.rejects(refused, ({ errors }) => /Not Authorized|Unauthorized/.test(errors[0].message));
}

main().then(
  () => process.exit(0),
  (problem) => {
    console.error(problem);
    process.exit(1);
  },
);
