//! Tests of the rules of authorizers, and of the routes that ask them.

use super::{check, messages};

const SOCKET: &str = "ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action";
const HTTP: &str = "ProtocolType: HTTP";
const REQUEST: &str = "AuthorizerType: REQUEST, AuthorizerUri: !GetAtt F.Arn";
const PERMITTED: &str = "  P: {Type: AWS::Lambda::Permission, Properties: {Action: 'lambda:InvokeFunction',
    FunctionName: !Ref F, Principal: apigateway.amazonaws.com}}\n";

/// An API that speaks this, an authorizer of these properties, and a route that is as said.
fn api(speaks: &str, authorizer: &str, route: &str) -> String {
    format!(
        "  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: a, {speaks}}}}}
  F: {{Type: AWS::Lambda::Function, Properties: {{Role: !Sub 'x${{AWS::Region}}', Code: {{ZipFile: x}},
    Runtime: python3.13, Handler: i.h}}}}
  Gate: {{Type: AWS::ApiGatewayV2::Authorizer, Properties: {{ApiId: !Ref Api, Name: g, {authorizer}}}}}
  Reply: {{Type: AWS::ApiGatewayV2::Integration, Properties: {{ApiId: !Ref Api, IntegrationType: MOCK}}}}
  Route: {{Type: AWS::ApiGatewayV2::Route, Properties: {{ApiId: !Ref Api, Target: !Sub 'integrations/${{Reply}}', {route}}}}}\n"
    )
}

/// A WebSocket API and its route.
#[track_caller]
fn route(properties: &str, expected: &[&str]) {
    messages(&format!("{}{PERMITTED}", api(SOCKET, REQUEST, properties)), expected);
}

#[test]
fn routes_that_ask_name_whom() {
    let asks = "AuthorizerId: !Ref Gate";
    route(&format!("RouteKey: $connect, AuthorizationType: CUSTOM, {asks}"), &[]);
    route("RouteKey: $connect, AuthorizationType: NONE", &[]);
    route(
        "RouteKey: $connect, AuthorizationType: CUSTOM",
        &["the route `Route` is CUSTOM and needs `AuthorizerId`"],
    );
    route(
        &format!("RouteKey: $connect, AuthorizationType: NONE, {asks}"),
        &["the route `Route` names an authorizer, but never asks it: its type is NONE"],
    );
    route(
        &format!("RouteKey: $connect, {asks}"),
        &["the route `Route` names an authorizer, but never asks it: its type is NONE by default"],
    );
}

#[test]
fn only_connect_asks() {
    let refused = "the route `talk` asks for authorization; only `$connect` can";
    route("RouteKey: talk, AuthorizationType: CUSTOM, AuthorizerId: !Ref Gate", &[refused]);
    route("RouteKey: talk, AuthorizationType: AWS_IAM", &[refused]);
    route("RouteKey: talk, AuthorizationType: NONE", &[]);
}

#[test]
fn routes_ask_authorizers_of_their_api() {
    let asks = "RouteKey: $connect, AuthorizationType: CUSTOM, AuthorizerId: !Ref";
    let other = format!("  Other: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: o, {SOCKET}}}}}\n");
    let foreign = format!(
        "  Foreign: {{Type: AWS::ApiGatewayV2::Authorizer, Properties: {{ApiId: !Ref Other, Name: f, {REQUEST}}}}}\n"
    );
    let template = |route: &str| format!("{}{PERMITTED}{other}{foreign}", api(SOCKET, REQUEST, route));
    messages(&template(&format!("{asks} Gate")), &[]);
    check(
        &format!("Resources:\n{}", template(&format!("{asks} Foreign"))),
        &["the route `Route` asks `Foreign`, which belongs to another API
  --> resource Route.Properties.AuthorizerId"],
    );
    let computed =
        template(&format!("{asks} Foreign")).replace("ApiId: !Ref Other", "ApiId: !Sub 'x${Other}'");
    messages(&computed, &[]);
}

#[test]
fn asking_may_depend_on_a_condition() {
    let condition = "Conditions: {SignIn: !Equals [!Ref AWS::Region, eu-west-1]}\nResources:\n";
    let route = "RouteKey: $connect, AuthorizationType: !If [SignIn, CUSTOM, NONE],
    AuthorizerId: !If [SignIn, !Ref Gate, !Ref AWS::NoValue]";
    check(&format!("{condition}{}{PERMITTED}", api(SOCKET, REQUEST, route)), &[]);
}

/// An API that speaks this, and its authorizer.
#[track_caller]
fn authorizer(speaks: &str, properties: &str, expected: &[&str]) {
    let key = if speaks == HTTP { "$default" } else { "$connect" };
    let reply = format!("RouteKey: {key}");
    let template = api(speaks, properties, &reply).replace(
        "IntegrationType: MOCK",
        "IntegrationType: HTTP_PROXY,
    PayloadFormatVersion: '1.0', IntegrationUri: 'https://example.org', IntegrationMethod: GET",
    );
    messages(&format!("{template}{PERMITTED}"), expected);
}

#[test]
fn what_authorizers_need() {
    authorizer(SOCKET, REQUEST, &[]);
    authorizer(
        SOCKET,
        "AuthorizerType: REQUEST",
        &["`Gate` is an authorizer of type REQUEST and needs `AuthorizerUri`"],
    );
    authorizer(
        HTTP,
        REQUEST,
        &["`Gate` is an authorizer of type REQUEST and needs `AuthorizerPayloadFormatVersion`"],
    );
    authorizer(
        HTTP,
        "AuthorizerType: JWT, JwtConfiguration: {Issuer: 'https://example.org'}",
        &["`Gate` is an authorizer of type JWT and needs `IdentitySource`"],
    );
    let token =
        "AuthorizerType: JWT, IdentitySource: [$request.header.Authorization], JwtConfiguration: {Issuer: i}";
    authorizer(HTTP, token, &[]);
    authorizer(SOCKET, token, &["`Gate` is JWT, which only HTTP APIs know"]);
}

#[test]
fn identity_sources_are_what_the_api_can_read() {
    let sources = |sources: &str| format!("{REQUEST}, IdentitySource: [{sources}]");
    let good = "route.request.querystring.ticket, route.request.header.Authorization, context.apiId, stageVariables.key";
    authorizer(SOCKET, &sources(good), &[]);
    authorizer(SOCKET, &sources("!Sub 'route.request.header.${AWS::Region}'"), &[]);
    for bad in
        ["$request.querystring.ticket", "method.request.header.Auth", "route.request.header.", "ticket"]
    {
        let refused = format!("{bad:?} is nothing that a WebSocket API can read of a request");
        authorizer(SOCKET, &sources(bad), &[&refused]);
    }
    let http = "AuthorizerPayloadFormatVersion: '2.0', IdentitySource: [$request.querystring.ticket]";
    authorizer(HTTP, &format!("{REQUEST}, {http}"), &[]);
}

#[test]
fn an_authorizer_is_permitted_to_run_its_function() {
    let template = api(SOCKET, REQUEST, "RouteKey: $connect");
    messages(&template, &["`Gate` invokes `F`, but nothing permits apigateway.amazonaws.com to do so"]);
    let role = format!("{REQUEST}, AuthorizerCredentialsArn: !Sub 'x${{AWS::Region}}'");
    messages(&api(SOCKET, &role, "RouteKey: $connect"), &[]);
}
