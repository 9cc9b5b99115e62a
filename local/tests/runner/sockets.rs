//! WebSocket APIs from template to client: which routes run what, who may connect, who may post, and what a change leaves.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use stackwright_local::{Settings, What};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::calls::counted;
use crate::signer::Signer;
use crate::world::{FUNCTION, World, eventually, grant, settings, source};

/// A function that answers its event.
const ECHO: &str = r#"{"statusCode":200,"body":EVENT}"#;

const API: &str = "  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: live, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: live, AutoDeploy: true, StageVariables: {tenant: blue}}
";

const MOCK: &str = "  Pong:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: MOCK
      RequestTemplates: {'200': '{\"statusCode\": 200}'}
  PongText:
    Type: AWS::ApiGatewayV2::IntegrationResponse
    Properties: {ApiId: !Ref Api, IntegrationId: !Ref Pong, IntegrationResponseKey: /200/, ResponseTemplates: {'200': pong}}
";

/// A function with what it always answers, and the integration that runs it.
fn function(id: &str, answer: &str) -> String {
    format!(
        "  {id}:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: provided.al2023
      Handler: bootstrap
      Code: .
      Environment: {{Variables: {{ANSWER: !Sub '{answer}'}}}}
  {id}Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !Sub 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${{{id}.Arn}}/invocations'
"
    )
}

/// A route that runs an integration, with further properties.
fn route(id: &str, key: &str, integration: &str, more: &str) -> String {
    format!(
        "  {id}:
    Type: AWS::ApiGatewayV2::Route
    Properties: {{ApiId: !Ref Api, RouteKey: {key}, Target: !Sub 'integrations/${{{integration}}}'{more}}}
"
    )
}

/// A route whose answers go back.
fn two_way(id: &str, key: &str, integration: &str) -> String {
    let route = route(id, key, integration, ", RouteResponseSelectionExpression: $default");
    format!(
        "{route}  {id}Response:
    Type: AWS::ApiGatewayV2::RouteResponse
    Properties: {{ApiId: !Ref Api, RouteId: !Ref {id}, RouteResponseKey: $default}}
"
    )
}

/// Lets API Gateway invoke a function from a part of the API.
fn permission(id: &str, function: &str, part: &str) -> String {
    format!(
        "  {id}:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref {function}
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub 'arn:aws:execute-api:us-east-1:000000000000:${{Api}}{part}'
"
    )
}

fn stack(parts: &[&str]) -> String {
    format!("{FUNCTION}{API}{}", parts.concat())
}

/// A world in which callers need grants.
async fn strict(template: &str) -> World {
    World::start_with(Settings { enforces_iam: true, ..settings() }, vec![source("Shop", template)]).await
}

/// Somebody who is connected.
struct Client(WebSocketStream<TcpStream>);

impl Client {
    async fn open(world: &World) -> Client {
        Client::try_to_open(world, &path(world), &[]).await.unwrap()
    }

    /// A client, or status and body of the refusal.
    async fn try_to_open(
        world: &World,
        path: &str,
        headers: &[(String, String)],
    ) -> Result<Client, (u16, String)> {
        let mut request = format!("ws://localhost{path}").into_client_request().unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        }
        let stream =
            TcpStream::connect(world.local.endpoint().strip_prefix("http://").unwrap()).await.unwrap();
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((client, _)) => Ok(Client(client)),
            Err(Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                Err((response.status().as_u16(), String::from_utf8(body).unwrap()))
            }
            Err(error) => panic!("{error}"),
        }
    }

    async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    async fn hear(&mut self) -> String {
        match self.0.next().await.unwrap().unwrap() {
            Message::Text(text) => text.to_string(),
            other => panic!("{other:?} is no text"),
        }
    }

    async fn hear_json(&mut self) -> Value {
        serde_json::from_str(&self.hear().await).unwrap()
    }
}

/// Where clients connect to.
fn path(world: &World) -> String {
    format!("/_aws/execute-api/{}/live", world.physical("Api"))
}

/// The status of a refusal; 101 if there is none.
async fn status(world: &World, query: &str) -> u16 {
    let opened = Client::try_to_open(world, &format!("{}{query}", path(world)), &[]).await;
    opened.map_or_else(|(status, _)| status, |_| 101)
}

/// The id of the only connection.
async fn connection(world: &World) -> String {
    let mut id = String::new();
    eventually(|| {
        let opened = world.told().into_iter().find_map(|what| match what {
            What::Connection { connection, event, .. } if event == "opened" => Some(connection),
            _ => None,
        });
        opened.is_some_and(|opened| {
            id = opened;
            true
        })
    })
    .await;
    id
}

#[tokio::test]
async fn messages_take_the_routes_of_the_template() {
    let shout = two_way("Shout", "shout", "EchoIntegration");
    let whisper = route("Whisper", "whisper", "EchoIntegration", "");
    let ping = two_way("Ping", "ping", "Pong");
    let world = World::start("Shop", &stack(&[MOCK, &function("Echo", ECHO), &shout, &whisper, &ping])).await;
    assert_eq!(world.problems(), "");
    let mut client = Client::open(&world).await;

    client.say(r#"{"action":"ping"}"#).await;
    assert_eq!(client.hear().await, "pong");
    client.say(r#"{"action":"whisper"}"#).await;
    client.say(r#"{"action":"shout","text":"hello"}"#).await;
    let event = client.hear_json().await;
    assert_eq!(event["body"], r#"{"action":"shout","text":"hello"}"#);
    assert_eq!(event["stageVariables"], json!({ "tenant": "blue" }));
    let context = &event["requestContext"];
    assert_eq!(
        [&context["routeKey"], &context["stage"], &context["eventType"]],
        ["shout", "live", "MESSAGE"]
    );
    let domain = format!("{}.execute-api.us-east-1.amazonaws.com", world.physical("Api"));
    assert_eq!(context["domainName"], domain.as_str());
    client.say("hello").await;
    assert_eq!(client.hear_json().await["message"], "Forbidden");
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_message_whose_route_failed_is_a_call_that_did() {
    let shout = two_way("Shout", "shout", "EchoIntegration");
    let world = World::start("Shop", &stack(&[&function("Echo", ECHO), &shout])).await;
    let mut client = Client::open(&world).await;
    let fault = json!({ "function": "Shop/Echo", "status": 500 }).to_string();
    world.send("POST", "/_local/faults", "content-type: application/json\r\n", &fault).await;
    // To connect was the first one.
    for calls in 2..=3 {
        client.say(r#"{"action":"shout"}"#).await;
        client.hear().await;
        let arrow = counted(&world, "outside", "Shop/Api", calls).await;
        assert_eq!(arrow["failed"], 1, "{arrow}");
    }
    world.local.shutdown().await;
}

#[tokio::test]
async fn the_api_may_run_what_permits_it_to() {
    let connect = route("Connect", "$connect", "EchoIntegration", "");
    let permitted =
        |part: &str| stack(&[&function("Echo", ECHO), &connect, &permission("May", "Echo", part)]);
    let world = strict(&stack(&[&function("Echo", ECHO), &connect])).await;
    assert_eq!(status(&world, "").await, 500, "without a permission");
    let denial = world.told().into_iter().find_map(|what| match what {
        What::Denied { who, action, .. } => Some((who, action)),
        _ => None,
    });
    assert_eq!(denial, Some(("apigateway.amazonaws.com".to_owned(), "lambda:InvokeFunction".to_owned())));
    for (part, expected) in [
        ("/*/$connect", 101),
        ("/live/$connect", 101),
        ("/*", 101),
        // As the CDK writes it.
        ("/*$connect", 101),
        ("/other/$connect", 500),
        ("/*/$disconnect", 500),
    ] {
        world.apply("Shop", &permitted(part)).await;
        assert_eq!(status(&world, "").await, expected, "{part}");
    }
    world.local.shutdown().await;
}

#[tokio::test]
async fn an_authorizer_lets_clients_in_by_its_policy() {
    let gate = "  Door:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref Api
      Name: door
      AuthorizerType: REQUEST
      AuthorizerUri: !Sub 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Gate.Arn}/invocations'
      IdentitySource: [route.request.querystring.ticket]
";
    let guarded = |effect: &str, stage: &str| {
        let resource = format!("arn:aws:execute-api:us-east-1:000000000000:${{Api}}/{stage}/$connect");
        let statement = json!({ "Effect": effect, "Action": "execute-api:Invoke", "Resource": resource });
        let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
        let answer = json!({ "principalId": "ada", "policyDocument": policy, "context": { "user": "ada" } });
        stack(&[
            &function("Gate", &answer.to_string()),
            &function("Echo", ECHO),
            gate,
            &route(
                "Connect",
                "$connect",
                "EchoIntegration",
                ", AuthorizationType: CUSTOM, AuthorizerId: !Ref Door",
            ),
            &two_way("Default", "$default", "EchoIntegration"),
            &permission("MayGate", "Gate", "/authorizers/${Door}"),
            &permission("MayEcho", "Echo", "/*"),
        ])
    };
    let world = strict(&guarded("Allow", "live")).await;
    assert_eq!(world.problems(), "");
    assert_eq!(status(&world, "").await, 401, "without a ticket");
    let entrance = format!("{}?ticket=1", path(&world));
    let mut client = Client::try_to_open(&world, &entrance, &[]).await.unwrap();
    client.say("hello").await;
    let event = client.hear_json().await;
    assert_eq!(event["requestContext"]["authorizer"], json!({ "principalId": "ada", "user": "ada" }));

    for (effect, stage) in [("Deny", "live"), ("Allow", "other")] {
        world.apply("Shop", &guarded(effect, stage)).await;
        assert_eq!(status(&world, "?ticket=1").await, 403, "{effect} {stage}");
    }
    world.local.shutdown().await;
}

#[tokio::test]
async fn connecting_may_need_a_signature_and_a_grant() {
    let arn = "!Sub 'arn:aws:execute-api:us-east-1:000000000000:${Api}/live/$connect'";
    let grant = grant("execute-api:Invoke", arn);
    let connect = route("Connect", "$connect", "EchoIntegration", ", AuthorizationType: AWS_IAM");
    let default = two_way("Default", "$default", "EchoIntegration");
    let template = stack(&[&function("Echo", ECHO), &connect, &default, &permission("May", "Echo", "/*")]);
    let world = strict(&template).await;
    assert_eq!(status(&world, "").await, 403, "unsigned");

    let path = path(&world);
    let function = Signer::function(&world).await;
    let (code, body) =
        Client::try_to_open(&world, &path, &function.get("execute-api", &path)).await.err().unwrap();
    assert_eq!(code, 403);
    assert!(
        body.contains("is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api"),
        "{body}"
    );

    world.apply("Shop", &(template + &grant)).await;
    let mut client = Client::try_to_open(&world, &path, &function.get("execute-api", &path)).await.unwrap();
    client.say("hello").await;
    let identity = client.hear_json().await["requestContext"]["identity"].take();
    let session = format!("assumed-role/{}/{}", world.physical("Role"), world.physical("Function"));
    assert_eq!(identity["userArn"], format!("arn:aws:sts::000000000000:{session}"));
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_function_posts_to_connections_if_its_role_allows_it() {
    let grant = |method: &str| {
        let stage = "arn:aws:execute-api:us-east-1:000000000000:${Api}/live";
        grant("execute-api:ManageConnections", &format!("!Sub '{stage}/{method}/@connections/*'"))
    };
    let world = strict(&stack(&[&grant("GET")])).await;
    let mut client = Client::open(&world).await;
    let function = Signer::function(&world).await;
    let connections = format!("{}/@connections", path(&world));
    let id = connection(&world).await;
    let encoded = id.replace('=', "%3D");
    let post = async |path: &str| function.send(&world, "execute-api", path, &[], "hello").await;

    let denied = post(&format!("{connections}/{encoded}")).await;
    assert!(denied.head.starts_with("HTTP/1.1 403 "), "{}", denied.head);
    for part in ["execute-api:ManageConnections", &format!("live/POST/@connections/{id}"), "Shop.rs:2"] {
        assert!(denied.body.contains(part), "{part}: {}", denied.body);
    }
    world.apply("Shop", &stack(&[&grant("POST")])).await;
    for path in [
        format!("{connections}/{encoded}"),
        // Clients that were given an endpoint alone.
        format!("/@connections/{encoded}"),
        format!("/live/@connections/{encoded}"),
    ] {
        let posted = post(&path).await;
        assert!(posted.head.starts_with("HTTP/1.1 200 "), "{path}: {} {}", posted.head, posted.body);
        assert_eq!(client.hear().await, "hello");
    }
    let gone = post(&format!("/other/@connections/{encoded}")).await;
    assert!(gone.head.starts_with("HTTP/1.1 403 "), "no grant for that stage: {}", gone.head);
    world.local.shutdown().await;
}

#[tokio::test]
async fn connections_outlive_a_change_of_their_api_and_end_with_it() {
    let ping = two_way("Ping", "ping", "Pong");
    let world = World::start("Shop", &stack(&[MOCK])).await;
    let mut client = Client::open(&world).await;
    client.say(r#"{"action":"ping"}"#).await;
    assert_eq!(client.hear_json().await["message"], "Forbidden");
    world.apply("Shop", &stack(&[MOCK, &ping])).await;
    client.say(r#"{"action":"ping"}"#).await;
    assert_eq!(client.hear().await, "pong");
    let path = path(&world);
    world.apply("Shop", FUNCTION).await;
    match client.0.next().await {
        Some(Ok(Message::Close(Some(frame)))) => assert_eq!(u16::from(frame.code), 1001),
        other => panic!("{other:?}"),
    }
    assert!(Client::try_to_open(&world, &path, &[]).await.is_err());
    world.local.shutdown().await;
}

#[tokio::test]
async fn what_does_not_run_is_told_with_its_name() {
    let resource = |kind: &str, properties: &str| {
        format!(
            "  Odd:\n    Type: AWS::ApiGatewayV2::{kind}\n    Properties: {{ApiId: !Ref Api, {properties}}}\n"
        )
    };
    let world = World::start("Shop", &stack(&[])).await;
    let check = async |kind: &str, properties: &str, expected: &str| {
        world.apply("Shop", &stack(&[MOCK, &resource(kind, properties)])).await;
        let problems = world.problems();
        assert!(problems.contains("Odd") && problems.contains(expected), "{kind} {properties}: {problems}");
    };
    check("Stage", "StageName: idle", "the stage has no `DeploymentId`").await;
    check("Integration", "IntegrationType: HTTP", "only `AWS_PROXY` and `MOCK` run here").await;
    let timeout = "IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Function.Arn, TimeoutInMillis: 49";
    check("Integration", timeout, "`TimeoutInMillis` is 49, and must be from 50 to 29000").await;
    let template = "IntegrationType: MOCK, RequestTemplates: {'200': '$input.body'}";
    check("Integration", template, "those do not run here").await;
    check("Route", "RouteKey: a, Target: integrations/none", "`Target` is `integrations/none`").await;
    check("Route", "RouteKey: a, AuthorizationType: AWS_IAM", "must be `NONE` but on `$connect`").await;
    check("Route", "RouteKey: $connect, AuthorizationType: JWT", "`NONE`, `AWS_IAM` or `CUSTOM`").await;
    assert_eq!(status(&world, "").await, 500, "nobody is let in whom nobody has judged");
    check("Route", "RouteKey: a, ApiKeyRequired: true", "API keys are not asked for").await;
    let other = "ApiId: elsewhere, RouteKey: a";
    world
        .apply(
            "Shop",
            &stack(&[&format!("  Odd:\n    Type: AWS::ApiGatewayV2::Route\n    Properties: {{{other}}}\n")]),
        )
        .await;
    assert!(world.problems().contains("`ApiId` is `elsewhere`"), "{}", world.problems());
    world.local.shutdown().await;
}
