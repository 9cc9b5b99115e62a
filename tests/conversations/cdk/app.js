// The app that the AWS CDK (library 2.276.0, command line 2.1148.1) made the template beside this file from.
// It is not run here: `cdk synth --app "node app.js"`, with the function's `bootstrap` in the folder `function`,
// makes `cdk.out`, of which this folder holds the template, its assets' manifest and the asset.

const cdk = require("aws-cdk-lib");
const { aws_apigateway: apigateway, aws_apigatewayv2: sockets, aws_dynamodb: dynamodb, aws_events: events } = cdk;
const { aws_events_targets: targets, aws_lambda: lambda, aws_lambda_event_sources: sources } = cdk;
const { aws_s3: s3, aws_sqs: sqs } = cdk;
const { WebSocketLambdaIntegration } = require("aws-cdk-lib/aws-apigatewayv2-integrations");

const stack = new cdk.Stack(new cdk.App(), "CdkFixture");

const table = new dynamodb.Table(stack, "Things", {
  partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  stream: dynamodb.StreamViewType.NEW_IMAGE,
  removalPolicy: cdk.RemovalPolicy.DESTROY,
});
const handler = new lambda.Function(stack, "Handler", {
  runtime: lambda.Runtime.PROVIDED_AL2023,
  handler: "bootstrap",
  code: lambda.Code.fromAsset("function"),
  timeout: cdk.Duration.seconds(10),
  environment: { TABLE_NAME: table.tableName },
});
table.grantReadWriteData(handler);

const failures = new sqs.Queue(stack, "Failures");
handler.addEventSource(
  new sources.DynamoEventSource(table, {
    startingPosition: lambda.StartingPosition.TRIM_HORIZON,
    batchSize: 10,
    retryAttempts: 2,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    filters: [lambda.FilterCriteria.filter({ eventName: lambda.FilterRule.isEqual("INSERT") })],
    onFailure: new sources.SqsDlq(failures),
  }),
);

const api = new apigateway.RestApi(stack, "Api", { cloudWatchRole: false });
const integration = new apigateway.LambdaIntegration(handler);
const things = api.root.addResource("things");
things.addMethod("POST", integration);
things.addResource("{id}").addMethod("GET", integration);

const socket = new sockets.WebSocketApi(stack, "Socket", {
  connectRouteOptions: { integration: new WebSocketLambdaIntegration("Connect", handler) },
});
socket.addRoute("shout", { integration: new WebSocketLambdaIntegration("Shout", handler), returnResponse: true });
const stage = new sockets.WebSocketStage(stack, "Live", { webSocketApi: socket, stageName: "live", autoDeploy: true });

const arrivals = new sqs.Queue(stack, "Arrivals");
new events.Rule(stack, "Arrived", {
  eventPattern: { source: ["fixture"], detailType: ["Arrived"] },
  targets: [new targets.SqsQueue(arrivals)],
});
const bucket = new s3.Bucket(stack, "Files", { removalPolicy: cdk.RemovalPolicy.DESTROY });

new cdk.CfnOutput(stack, "TableName", { value: table.tableName });
new cdk.CfnOutput(stack, "FunctionName", { value: handler.functionName });
new cdk.CfnOutput(stack, "SocketUrl", { value: stage.url });
new cdk.CfnOutput(stack, "ArrivalsUrl", { value: arrivals.queueUrl });
new cdk.CfnOutput(stack, "BucketName", { value: bucket.bucketName });
