//! Tests of the rules of HTTP, WebSocket and REST APIs, and of who may invoke a function.

use super::{check, messages};

const SOCKET: &str = "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: a, ProtocolType: WEBSOCKET,
    RouteSelectionExpression: $request.body.action}}
  Reply: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, IntegrationType: MOCK}}\n";
const HTTP: &str = "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: a, ProtocolType: HTTP}}
  Reply: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, IntegrationType: HTTP_PROXY,
    PayloadFormatVersion: '1.0', IntegrationUri: 'https://example.org', IntegrationMethod: GET}}\n";

fn route(id: &str, key: &str) -> String {
    format!(
        "  {id}: {{Type: AWS::ApiGatewayV2::Route, Properties: {{ApiId: !Ref Api, RouteKey: {key},
    Target: !Sub 'integrations/${{Reply}}'}}}}\n"
    )
}

#[test]
fn routes_have_keys_of_their_own() {
    check(
        &format!("Resources:\n{SOCKET}{}{}", route("A", "$connect"), route("B", "$connect")),
        &["`B` and `A` are routes of one API with the same key `$connect`
  --> resource B.Properties.RouteKey
  hint: an API has one route for each key"],
    );
    messages(&format!("{SOCKET}{}{}", route("A", "$connect"), route("B", "$disconnect")), &[]);
}

#[test]
fn keys_of_http_routes() {
    for good in ["$default", "GET /", "'ANY /notes/{id}'"] {
        messages(&format!("{HTTP}{}", route("A", good)), &[]);
    }
    check(
        &format!("Resources:\n{HTTP}{}", route("A", "$connect")),
        &["\"$connect\" is no route of an HTTP API
  --> resource A.Properties.RouteKey
  hint: connections are what WebSocket APIs have: ProtocolType: WEBSOCKET"],
    );
    messages(&format!("{HTTP}{}", route("A", "FETCH /")), &["\"FETCH /\" is no route of an HTTP API"]);
}

#[test]
fn keys_of_websocket_routes() {
    for good in ["$connect", "$disconnect", "$default", "join-room", "'a$b'"] {
        messages(&format!("{SOCKET}{}", route("A", good)), &[]);
    }
    check(
        &format!("Resources:\n{SOCKET}{}", route("A", "$disconect")),
        &["a WebSocket API has no route `$disconect`: names with `$` are its own
  --> resource A.Properties.RouteKey
  hint: it has $connect, $disconnect and $default"],
    );
}

#[test]
fn routes_lead_to_an_integration_of_their_api() {
    let to = |target: &str| {
        format!(
            "{SOCKET}  Other: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: o, ProtocolType: HTTP}}}}
  Foreign: {{Type: AWS::ApiGatewayV2::Integration, Properties: {{ApiId: !Ref Other, IntegrationType: MOCK}}}}
  R: {{Type: AWS::ApiGatewayV2::Route, Properties: {{ApiId: !Ref Api, RouteKey: $default{target}}}}}"
        )
    };
    messages(&to(""), &["the route `R` leads nowhere"]);
    messages(
        &to(", Target: !Ref Reply"),
        &["the target of a route is `integrations/` and the integration's id"],
    );
    messages(
        &to(", Target: !Sub 'integrations/${Foreign}'"),
        &["the route `R` leads to `Foreign`, which belongs to another API"],
    );
}

#[test]
fn apis_say_what_they_speak() {
    messages("  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Body: {}}}", &[]);
    messages(
        "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET}}",
        &["`Api` needs `Name`", "`Api` is a WebSocket API and needs `RouteSelectionExpression`"],
    );
    messages(
        "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: a, ProtocolType: WEBSOCKETT}}",
        &["`ProtocolType` must be HTTP or WEBSOCKET, not \"WEBSOCKETT\""],
    );
}

#[test]
fn deployments_wait_for_all_routes() {
    let deployment = |depends: &str| {
        format!(
            "{SOCKET}{}{}  D: {{Type: AWS::ApiGatewayV2::Deployment{depends}, Properties: {{ApiId: !Ref Api}}}}
  S: {{Type: AWS::ApiGatewayV2::Stage, Properties: {{ApiId: !Ref Api, StageName: s, DeploymentId: !Ref D}}}}",
            route("A", "$connect"),
            route("B", "$default")
        )
    };
    messages(&deployment(", DependsOn: [A, B]"), &[]);
    messages(&deployment(", DependsOn: A"), &["`D` does not wait for `B`, so it may be made without"]);
    messages(&deployment(""), &["`D` does not wait for `A` and `B`, so it may be made without"]);
}

#[test]
fn stages_get_a_deployment() {
    let stage = |properties: &str| {
        format!(
            "{SOCKET}  S: {{Type: AWS::ApiGatewayV2::Stage, Properties: {{ApiId: !Ref Api, StageName: s{properties}}}}}"
        )
    };
    messages(&stage(", AutoDeploy: true"), &[]);
    messages(&stage(""), &["nothing is ever deployed to the stage `S`"]);
    messages(
        &format!(
            "{}\n  T: {{Type: AWS::ApiGatewayV2::Stage, Properties: {{ApiId: !Ref Api, StageName: s, AutoDeploy: true}}}}",
            stage(", AutoDeploy: true")
        ),
        &["`T` and `S` are stages of one API with the same name"],
    );
}

const FUNCTION: &str =
    "  F: {Type: AWS::Lambda::Function, Properties: {Role: !Sub 'x${AWS::Region}', Code: {ZipFile: x},
    Runtime: python3.13, Handler: i.h}}\n";

#[test]
fn who_invokes_a_function_is_permitted_to() {
    let rule = "  Daily: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day),
    Targets: [{Id: f, Arn: !GetAtt F.Arn}]}}\n";
    let permission = |principal: &str| {
        format!(
            "  P: {{Type: AWS::Lambda::Permission, Properties: {{Action: lambda:InvokeFunction, FunctionName: !Ref F,
    Principal: {principal}}}}}"
        )
    };
    messages(&format!("{FUNCTION}{rule}{}", permission("events.amazonaws.com")), &[]);
    let missing = ["`Daily` invokes `F`, but nothing permits events.amazonaws.com to do so"];
    messages(&format!("{FUNCTION}{rule}{}", permission("sns.amazonaws.com")), &missing);
    check(
        &format!("Resources:\n{FUNCTION}{rule}"),
        &["`Daily` invokes `F`, but nothing permits events.amazonaws.com to do so
  --> resource Daily.Properties.Targets[0].Arn
  hint: add an AWS::Lambda::Permission with Principal events.amazonaws.com and FunctionName !Ref F"],
    );
}

#[test]
fn an_api_is_permitted_to_invoke() {
    let integration = |more: &str| {
        format!(
            "{HTTP}{FUNCTION}  I: {{Type: AWS::ApiGatewayV2::Integration, Properties: {{ApiId: !Ref Api,
    IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt F.Arn{more}}}}}"
        )
    };
    messages(
        &integration(""),
        &[
            "`I` invokes `F`, but nothing permits apigateway.amazonaws.com to do so",
            "`I` belongs to an HTTP API and needs `PayloadFormatVersion`",
        ],
    );
    messages(&integration(", PayloadFormatVersion: '2.0', CredentialsArn: !Sub 'x${AWS::Region}'"), &[]);
}

const REST: &str = "  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: a}}\n";

fn method(id: &str, verb: &str) -> String {
    format!(
        "  {id}: {{Type: AWS::ApiGateway::Method, Properties: {{RestApiId: !Ref Api, HttpMethod: {verb},
    ResourceId: !GetAtt Api.RootResourceId, AuthorizationType: NONE, Integration: {{Type: MOCK}}}}}}\n"
    )
}

#[test]
fn methods_of_one_resource() {
    messages(&format!("{REST}{}{}", method("A", "GET"), method("B", "PUT")), &[]);
    messages(
        &format!("{REST}{}{}", method("A", "GET"), method("B", "GET")),
        &["`B` and `A` are both the method GET of one resource"],
    );
}

#[test]
fn paths_of_one_parent() {
    let path = |id: &str, part: &str| {
        format!(
            "  {id}: {{Type: AWS::ApiGateway::Resource, Properties: {{RestApiId: !Ref Api, PathPart: {part},
    ParentId: !GetAtt Api.RootResourceId}}}}\n"
        )
    };
    messages(
        &format!("{REST}{}{}", path("A", "notes"), path("B", "notes")),
        &["`B` and `A` are both `notes` below one parent"],
    );
    messages(
        &format!("{REST}{}", path("A", "notes/all")),
        &["\"notes/all\" is more than one part of a path"],
    );
}

/// A resource with this part of the path, below the root or another.
fn below(parent: &str, id: &str, part: &str) -> String {
    format!(
        "  {id}: {{Type: AWS::ApiGateway::Resource, Properties: {{RestApiId: !Ref Api, PathPart: '{part}',
    ParentId: {parent}}}}}\n"
    )
}

#[test]
fn parameters_of_paths_are_in_braces() {
    let root = "!GetAtt Api.RootResourceId";
    for good in ["files", "{id}", "{path+}", "a.b_c-d:e"] {
        messages(&format!("{REST}{}", below(root, "A", good)), &[]);
    }
    check(
        &format!("Resources:\n{REST}{}", below(root, "A", "files+")),
        &["\"files+\" is no part of a path: a parameter is in braces, its `+` too
  --> resource A.Properties.PathPart
  hint: write `{files}` for one part of a path, `{files+}` for all that follow"],
    );
    for bad in ["{id", "note-{id}", "{path}+", "{+path}", "{a++}"] {
        let message = format!("\"{bad}\" is no part of a path: a parameter is in braces, its `+` too");
        messages(&format!("{REST}{}", below(root, "A", bad)), &[&message]);
    }
}

#[test]
fn nothing_is_below_a_greedy_parameter() {
    let files = |part| below("!GetAtt Api.RootResourceId", "Files", part);
    messages(&format!("{REST}{}{}", files("{id}"), below("!Ref Files", "Tail", "tail")), &[]);
    check(
        &format!("Resources:\n{REST}{}{}", files("{path+}"), below("!Ref Files", "Tail", "tail")),
        &["`Tail` is below `Files`, whose `{path+}` takes the rest of the path
  --> resource Tail.Properties.ParentId
  hint: declare it below the parent of that resource: API Gateway prefers the exact path"],
    );
}

#[test]
fn rest_deployments_wait_for_all_methods() {
    let deployment = |depends: &str| {
        format!(
            "{REST}{}  D: {{Type: AWS::ApiGateway::Deployment{depends}, Properties: {{RestApiId: !Ref Api}}}}\n",
            method("A", "GET")
        )
    };
    messages(&deployment(", DependsOn: A"), &[]);
    messages(&deployment(""), &["`D` does not wait for `A`, so it may be made without"]);
    messages(
        &format!(
            "{}  B: {{Type: AWS::ApiGateway::Method, Properties: {{RestApiId: !Ref Api, HttpMethod: PUT,
    ResourceId: !GetAtt Api.RootResourceId, AuthorizationType: NONE}}}}",
            deployment(", DependsOn: [A, B]")
        ),
        &["the method `B` has no integration, so its API cannot be deployed"],
    );
}
