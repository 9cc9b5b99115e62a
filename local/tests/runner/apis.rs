//! REST APIs, HTTP APIs and function URLs from template to client: what runs behind which path, who may ask, and what
//! is said of the parts that do not run.

use serde_json::Value;
use stackwright_local::{Settings, What};

use crate::calls::counted;
use crate::signer::Signer;
use crate::world::{Answer, FUNCTION, World, settings, source};

/// A function that answers its event.
const ECHO: &str = "  Echo:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: provided.al2023
      Handler: bootstrap
      Code: .
      Environment: {Variables: {ANSWER: '{\"statusCode\":200,\"body\":EVENT}'}}
  EchoPermission:
    Type: AWS::Lambda::Permission
    Properties: {Action: lambda:InvokeFunction, FunctionName: !Ref Echo, Principal: apigateway.amazonaws.com}
";

const REST: &str = "  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: shop}
  Things:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: things}
  Thing:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !Ref Things, PathPart: '{id}'}
  Deployment:
    Type: AWS::ApiGateway::Deployment
    Properties: {RestApiId: !Ref Api}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: prod, Variables: {tenant: blue}}
";

/// A method that the function is behind, with further properties.
fn method(id: &str, verb: &str, resource: &str, more: &str) -> String {
    format!(
        "  {id}:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref {resource}
      HttpMethod: {verb}{more}
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${{Echo.Arn}}/invocations'
"
    )
}

fn stack(parts: &[&str]) -> String {
    format!("{FUNCTION}{ECHO}{}", parts.concat())
}

/// A world in which callers need grants.
async fn strict(template: &str) -> World {
    World::start_with(Settings { enforces_iam: true, ..settings() }, vec![source("Shop", template)]).await
}

/// A path of the API of the stack.
fn path(world: &World, rest: &str) -> String {
    format!("/_aws/execute-api/{}{rest}", world.physical("Api"))
}

async fn get(world: &World, rest: &str, headers: &str) -> Answer {
    world.send("GET", &path(world, rest), headers, "").await
}

/// What the function was asked.
#[track_caller]
fn event(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body)
        .unwrap_or_else(|error| panic!("{error}: {} {}", answer.head, answer.body))
}

#[tokio::test]
async fn methods_are_found_by_their_paths() {
    let read = method("Read", "GET", "Thing", "");
    let world = strict(&stack(&[REST, &read])).await;
    assert_eq!(world.problems(), "");
    let asked = event(&get(&world, "/prod/things/5?x=1", "").await);
    assert_eq!(
        (
            &asked["resource"],
            &asked["path"],
            &asked["pathParameters"]["id"],
            &asked["stageVariables"]["tenant"]
        ),
        (&"/things/{id}".into(), &"/things/5".into(), &"5".into(), &"blue".into())
    );
    get(&world, "/prod/things", "").await.says("403", r#"{"message":"Missing Authentication Token"}"#);
    get(&world, "/dev/things/5", "").await.says("403", r#"{"message":"Forbidden"}"#);

    let answered = world.told().into_iter().filter_map(|what| match what {
        What::Request { to, path, status, reason, .. } => Some((to, path, status, reason)),
        _ => None,
    });
    let told = |path: &str, status, reason: Option<&str>| {
        ("Shop/Api".to_owned(), path.to_owned(), status, reason.map(str::to_owned))
    };
    let expected = [
        told("/prod/things/5", 200, None),
        told("/prod/things", 403, Some("there is no method GET /things")),
        told("/dev/things/5", 403, Some("the API has no stage `dev`")),
    ];
    assert_eq!(answered.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_method_that_is_gone_answers_no_longer() {
    let read = method("Read", "GET", "Thing", "");
    let world = World::start("Shop", &stack(&[REST, &read])).await;
    event(&get(&world, "/prod/things/5", "").await);
    let list = method("List", "GET", "Things", "");
    world.apply("Shop", &stack(&[REST, &list])).await;
    get(&world, "/prod/things/5", "").await.says("403", r#"{"message":"Missing Authentication Token"}"#);
    event(&get(&world, "/prod/things", "").await);
    let gone = path(&world, "/prod/things");
    world.apply("Shop", &stack(&[])).await;
    world.send("GET", &gone, "", "").await.says("403", r#"{"message":"Forbidden"}"#);
}

#[tokio::test]
async fn an_api_needs_the_permission_to_invoke() {
    let elsewhere = ECHO.replace(
        "Principal: apigateway.amazonaws.com",
        "Principal: apigateway.amazonaws.com, SourceArn: !Sub 'arn:aws:execute-api:us-east-1:000000000000:${Api}/*/POST/things'",
    );
    let [list, add] = [("List", "GET"), ("Add", "POST")].map(|(id, verb)| method(id, verb, "Things", ""));
    let world = strict(&format!("{FUNCTION}{elsewhere}{REST}{list}{add}")).await;
    get(&world, "/prod/things", "").await.says("500", r#"{"message": "Internal server error"}"#);
    event(&world.send("POST", &path(&world, "/prod/things"), "", "").await);
}

#[tokio::test]
async fn methods_may_ask_for_signatures_and_grants() {
    let read = method("Read", "POST", "Thing", "\n      AuthorizationType: AWS_IAM");
    let open = method("List", "POST", "Things", "");
    let grant = "  Grant:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: invoke
      Roles: [!Ref Role]
      PolicyDocument:
        Statement:
          Effect: Allow
          Action: execute-api:Invoke
          Resource: !Sub 'arn:aws:execute-api:us-east-1:000000000000:${Api}/prod/POST/things/mine'
";
    let world = strict(&stack(&[REST, &read, &open, grant])).await;
    let function = Signer::function(&world).await;
    let send = async |signer: &Signer, rest: &str| {
        signer.send(&world, "execute-api", &path(&world, rest), &[], "a body").await
    };
    let asked = event(&send(&function, "/prod/things/mine").await);
    let identity = &asked["requestContext"]["identity"];
    let name = world.physical("Function");
    let arn = identity["userArn"].as_str().unwrap();
    assert!(arn.ends_with(&format!("/{name}")) && identity["accountId"] == "000000000000", "{identity}");
    let denied = send(&function, "/prod/things/yours").await;
    assert!(denied.head.starts_with("HTTP/1.1 403"), "{}", denied.head);
    assert!(
        denied.body.contains("is not authorized to perform: execute-api:Invoke on resource"),
        "{}",
        denied.body
    );
    event(&send(&Signer::root(&world), "/prod/things/yours").await);
    let strange = send(&Signer::stranger(), "/prod/things/mine").await;
    strange.says("403", r#"{"message":"The security token included in the request is invalid."}"#);
    // Where nobody asks for a signature, a wrong one does not count.
    event(&send(&Signer::stranger(), "/prod/things").await);
    let unsigned = world.send("POST", &path(&world, "/prod/things/mine"), "", "").await;
    unsigned.says("403", r#"{"message":"Missing Authentication Token"}"#);
}

#[tokio::test]
async fn the_policy_of_an_api_is_about_everybody() {
    let closed = REST.replace(
        "Properties: {Name: shop}",
        "Properties: {Name: shop, Policy: {Statement: [{Effect: Allow, Principal: '*', Action: execute-api:Invoke, \
         Resource: 'execute-api:/prod/GET/things'}]}}",
    );
    let [list, read] = [("List", "Things"), ("Read", "Thing")].map(|(id, at)| method(id, "GET", at, ""));
    let world = strict(&stack(&[&closed, &list, &read])).await;
    event(&get(&world, "/prod/things", "").await);
    let denied = get(&world, "/prod/things/5", "").await;
    assert!(denied.head.starts_with("HTTP/1.1 403"), "{} {}", denied.head, denied.body);
}

#[tokio::test]
async fn keys_open_the_stages_of_their_plans() {
    let guarded = method("List", "GET", "Things", "\n      ApiKeyRequired: true");
    let keys = "  Key:
    Type: AWS::ApiGateway::ApiKey
    Properties: {Enabled: true, Value: open-sesame-open-sesame}
  Plan:
    Type: AWS::ApiGateway::UsagePlan
    Properties: {ApiStages: [{ApiId: !Ref Api, Stage: !Ref Stage}]}
  PlanKey:
    Type: AWS::ApiGateway::UsagePlanKey
    Properties: {KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: !Ref Plan}
";
    let world = World::start("Shop", &stack(&[REST, &guarded, keys])).await;
    get(&world, "/prod/things", "").await.says("403", r#"{"message":"Forbidden"}"#);
    get(&world, "/prod/things", "x-api-key: sesame\r\n").await.says("403", r#"{"message":"Forbidden"}"#);
    let asked = event(&get(&world, "/prod/things", "x-api-key: open-sesame-open-sesame\r\n").await);
    assert_eq!(asked["requestContext"]["identity"]["apiKeyId"], world.physical("Key"));
}

#[tokio::test]
async fn functions_decide_who_comes_in() {
    let judge = "  Judge:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: provided.al2023
      Handler: bootstrap
      Code: .
      Environment:
        Variables:
          ANSWER: '{\"principalId\":\"me\",\"context\":{\"level\":3},\"policyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"execute-api:Invoke\",\"Resource\":\"*/things\"}]}}'
  JudgePermission:
    Type: AWS::Lambda::Permission
    Properties: {Action: lambda:InvokeFunction, FunctionName: !Ref Judge, Principal: apigateway.amazonaws.com}
  Authorizer:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      RestApiId: !Ref Api
      Name: judge
      Type: TOKEN
      IdentitySource: method.request.header.Authorization
      AuthorizerUri: !Sub 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Judge.Arn}/invocations'
";
    let more = "\n      AuthorizationType: CUSTOM\n      AuthorizerId: !Ref Authorizer";
    let [list, read] = [("List", "Things"), ("Read", "Thing")].map(|(id, at)| method(id, "GET", at, more));
    let world = strict(&stack(&[REST, judge, &list, &read])).await;
    get(&world, "/prod/things", "").await.says("401", r#"{"message":"Unauthorized"}"#);
    let asked = event(&get(&world, "/prod/things", "authorization: me\r\n").await);
    assert_eq!(asked["requestContext"]["authorizer"]["level"], "3");
    let denied = get(&world, "/prod/things/5", "authorization: me\r\n").await;
    denied.says("403", r#"{"Message":"User is not authorized to access this resource"}"#);
}

#[tokio::test]
async fn origins_of_this_machine_are_told_as_they_are() {
    let preflight = "  Preflight:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Things
      HttpMethod: OPTIONS
      Integration:
        Type: MOCK
        RequestTemplates: {application/json: '{statusCode: 204}'}
        IntegrationResponses:
        - StatusCode: 204
          ResponseParameters:
            method.response.header.Access-Control-Allow-Origin: !Sub \"'https://${Other}.execute-api.us-east-1.amazonaws.com'\"
  Other:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: other}
";
    let world = World::start("Shop", &stack(&[REST, preflight])).await;
    let answer = world.send("OPTIONS", &path(&world, "/prod/things"), "", "").await;
    let origin = format!("access-control-allow-origin: {}\r\n", world.local.endpoint());
    assert!(answer.head.starts_with("HTTP/1.1 204") && answer.head.contains(&origin), "{}", answer.head);
}

#[tokio::test]
async fn what_does_not_run_is_named() {
    let elsewhere = "  Elsewhere:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Things
      HttpMethod: PUT
      Integration: {Type: HTTP_PROXY, Uri: 'https://example.com'}
  Described:
    Type: AWS::ApiGateway::RestApi
    Properties: {Body: {openapi: 3.0.1}}
  Lost:
    Type: AWS::ApiGateway::GatewayResponse
    Properties: {RestApiId: nowhere, ResponseType: DEFAULT_4XX}
";
    let pools = method("List", "GET", "Things", "\n      AuthorizationType: COGNITO_USER_POOLS");
    let read = method("Read", "GET", "Thing", "");
    let world = World::start("Shop", &stack(&[REST, elsewhere, &pools, &read])).await;
    let problems = world.problems();
    for expected in [
        "integrations of the type `HTTP_PROXY` do not run here",
        "`Body` is not read here: only the API's own resources and methods are served",
        "`RestApiId` is `nowhere`, which is no API of this stack",
        "authorisation by `COGNITO_USER_POOLS` does not run here",
    ] {
        assert!(problems.contains(expected), "{problems}");
    }
    assert!(problems.contains("(Shop/Elsewhere)"), "{problems}");
    event(&get(&world, "/prod/things/5", "").await);
}

const HTTP: &str = "  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: shop, ProtocolType: HTTP, CorsConfiguration: {AllowOrigins: ['https://page.example'], AllowMethods: [GET]}}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Echo.Arn, PayloadFormatVersion: '2.0'}
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: 'GET /things/{id}', Target: !Sub 'integrations/${Integration}'}
  Default:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: $default, AutoDeploy: true}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: beta, StageVariables: {tenant: red}}
";

#[tokio::test]
async fn http_apis_have_routes_stages_and_rules_for_origins() {
    let world = strict(&stack(&[HTTP])).await;
    assert_eq!(world.problems(), "");
    let asked = event(&get(&world, "/things/5", "").await);
    assert_eq!(
        (&asked["version"], &asked["routeKey"], &asked["pathParameters"]["id"]),
        (&"2.0".into(), &"GET /things/{id}".into(), &"5".into())
    );
    let asked = event(&get(&world, "/beta/things/5", "").await);
    assert_eq!(
        (&asked["requestContext"]["stage"], &asked["stageVariables"]["tenant"]),
        (&"beta".into(), &"red".into())
    );
    get(&world, "/other", "").await.says("404", r#"{"message":"Not Found"}"#);
    let asking = "origin: https://page.example\r\naccess-control-request-method: GET\r\n";
    let answer = world.send("OPTIONS", &path(&world, "/things/5"), asking, "").await;
    assert!(answer.head.contains("access-control-allow-origin: https://page.example"), "{}", answer.head);
}

#[tokio::test]
async fn a_function_that_says_no_was_called_and_an_api_that_does_was_not() {
    let refusing = |template: &str| template.replace("\"statusCode\":200", "\"statusCode\":403");
    let (open, closed) = (url("NONE", "*"), url("AWS_IAM", "000000000000"));
    for (template, calls) in [(refusing(&stack(&[&open])), 1), (stack(&[&closed]), 0)] {
        let world = strict(&template).await;
        let answer = world.send("POST", &url_path(&world), "", "").await;
        assert!(answer.head.starts_with("HTTP/1.1 403 "), "{}", answer.head);
        counted(&world, "outside", "Shop/Url", calls).await;
        world.local.shutdown().await;
    }
    let world = strict(&refusing(&stack(&[HTTP]))).await;
    assert!(get(&world, "/things/5", "").await.head.starts_with("HTTP/1.1 403 "));
    counted(&world, "outside", "Shop/Api", 1).await;
    world.local.shutdown().await;
}

#[tokio::test]
async fn an_http_api_may_be_made_of_a_target_alone() {
    let quick = "  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: shop, ProtocolType: HTTP, Target: !GetAtt Echo.Arn}
";
    let world = strict(&stack(&[quick])).await;
    let asked = event(&get(&world, "/any/path", "").await);
    assert_eq!((&asked["routeKey"], &asked["rawPath"]), (&"$default".into(), &"/any/path".into()));
}

/// A function URL, with the permissions that it takes to call it.
fn url(auth: &str, principal: &str) -> String {
    format!(
        "  Url:
    Type: AWS::Lambda::Url
    Properties: {{TargetFunctionArn: !GetAtt Echo.Arn, AuthType: {auth}}}
  UrlPermission:
    Type: AWS::Lambda::Permission
    Properties: {{Action: lambda:InvokeFunctionUrl, FunctionName: !Ref Echo, Principal: '{principal}', FunctionUrlAuthType: {auth}}}
  ThroughUrl:
    Type: AWS::Lambda::Permission
    Properties: {{Action: lambda:InvokeFunction, FunctionName: !Ref Echo, Principal: '{principal}', InvokedViaFunctionUrl: true}}
Outputs:
  Url: {{Value: !GetAtt Url.FunctionUrl}}
"
    )
}

/// The path of the function URL.
fn url_path(world: &World) -> String {
    world.output("Shop", "Url").trim_start_matches(&world.local.endpoint()).to_owned() + "cart?x=1"
}

#[tokio::test]
async fn a_url_is_open_to_whom_its_function_lets_in() {
    let world = strict(&stack(&[&url("NONE", "*")])).await;
    let asked = event(&world.send("POST", &url_path(&world), "content-type: text/plain\r\n", "hello").await);
    assert_eq!((&asked["rawPath"], &asked["body"]), (&"/cart".into(), &"hello".into()));
    assert_eq!(asked["requestContext"]["accountId"], "anonymous");

    let closed = url("NONE", "*").replace(
        "Principal: '*', InvokedViaFunctionUrl",
        "Principal: '*', SourceAccount: 1, InvokedViaFunctionUrl",
    );
    let world = strict(&stack(&[&closed])).await;
    let refused = world.send("POST", &url_path(&world), "", "").await;
    assert!(refused.head.starts_with("HTTP/1.1 403"), "it takes both permissions: {}", refused.body);
}

#[tokio::test]
async fn a_url_may_ask_for_signatures() {
    let world = strict(&stack(&[&url("AWS_IAM", "000000000000")])).await;
    let path = url_path(&world);
    let signed = |signer: Signer| {
        let (world, path) = (&world, &path);
        async move { signer.send(world, "lambda", path, &[], "hello").await }
    };
    let asked = event(&signed(Signer::root(&world)).await);
    assert_eq!(asked["requestContext"]["authorizer"]["iam"]["accountId"], "000000000000");
    world.send("POST", &path, "", "hello").await.says("403", r#"{"Message":"Forbidden"}"#);
    // The account leaves it to its roles, and this one has no grant.
    let denied = signed(Signer::function(&world).await).await;
    assert!(denied.head.starts_with("HTTP/1.1 403"), "{} {}", denied.head, denied.body);
    let refused = signed(Signer::stranger()).await;
    assert!(refused.head.contains("x-amzn-errortype: UnrecognizedClientException"), "{}", refused.head);
}
