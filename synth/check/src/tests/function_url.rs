//! Tests of function URLs, and of CORS: who may call, and from which pages.

use super::{check, messages};

const FUNCTION: &str =
    "  F: {Type: AWS::Lambda::Function, Properties: {Role: !Sub 'x${AWS::Region}', Code: {ZipFile: x},
    Runtime: python3.13, Handler: i.h}}\n";

fn url(properties: &str) -> String {
    format!(
        "{FUNCTION}  Url: {{Type: AWS::Lambda::Url, Properties: {{TargetFunctionArn: !GetAtt F.Arn, {properties}}}}}\n"
    )
}

fn permission(id: &str, action: &str, more: &str) -> String {
    format!(
        "  {id}: {{Type: AWS::Lambda::Permission, Properties: {{FunctionName: !Ref F, Action: {action}, {more}}}}}\n"
    )
}

#[test]
fn open_to_everyone_takes_two_permissions() {
    let through_url =
        permission("P", "lambda:InvokeFunctionUrl", "Principal: '*', FunctionUrlAuthType: NONE");
    let through_function =
        permission("Q", "lambda:InvokeFunction", "Principal: '*', InvokedViaFunctionUrl: true");
    let missing = |action: &str| format!("`Url` is open to everyone, but nothing permits {action} to `*`");
    let (of_url, of_function) = (missing("lambda:InvokeFunctionUrl"), missing("lambda:InvokeFunction"));
    messages(&format!("{}{through_url}{through_function}", url("AuthType: NONE")), &[]);
    messages(&format!("{}{through_url}", url("AuthType: NONE")), &[&of_function]);
    messages(&url("AuthType: NONE"), &[&of_url, &of_function]);
    messages(&url("AuthType: AWS_IAM"), &[]);
    messages(&url("AuthType: NONE, Qualifier: live"), &[]);
    let events = permission("Q", "lambda:InvokeFunction", "Principal: events.amazonaws.com");
    messages(&format!("{}{through_url}{events}", url("AuthType: NONE")), &[&of_function]);
    let computed = permission("Q", "!Sub 'lambda:Invoke${AWS::Region}'", "Principal: '*'");
    messages(&format!("{}{through_url}{computed}", url("AuthType: NONE")), &[]);
    let by_name = through_function.replace("!Ref F", "f");
    messages(&format!("{}{through_url}{by_name}", url("AuthType: NONE")), &[]);
    check(
        &format!("Resources:\n{}{through_function}", url("AuthType: NONE")),
        &["`Url` is open to everyone, but nothing permits lambda:InvokeFunctionUrl to `*`
  --> resource Url.Properties.AuthType
  hint: add an AWS::Lambda::Permission with Action: lambda:InvokeFunctionUrl, Principal: '*', FunctionUrlAuthType: NONE and FunctionName: !Ref F"],
    );
}

#[test]
fn credentials_come_from_origins_with_names() {
    let cors = |cors: &str| url(&format!("AuthType: AWS_IAM, Cors: {{{cors}}}"));
    messages(&cors("AllowOrigins: ['*']"), &[]);
    messages(&cors("AllowOrigins: ['https://example.org'], AllowCredentials: true"), &[]);
    messages(&cors("AllowOrigins: ['*'], AllowCredentials: false"), &[]);
    messages(
        &cors("AllowOrigins: ['*'], AllowCredentials: true"),
        &["`Url` takes credentials from every origin; no browser sends them to `*`"],
    );
}

#[test]
fn a_function_has_one_url() {
    let second = |properties: &str| {
        let url = url("AuthType: AWS_IAM");
        format!(
            "{url}  Second: {{Type: AWS::Lambda::Url, Properties: {{AuthType: AWS_IAM, {properties}}}}}\n"
        )
    };
    check(
        &format!("Resources:\n{}", second("TargetFunctionArn: !GetAtt F.Arn")),
        &["`Second` and `Url` are URLs of one function, which has one
  --> resource Second.Properties.TargetFunctionArn
  hint: an alias has a URL of its own: name it as Qualifier"],
    );
    messages(
        &second("TargetFunctionArn: !Ref F"),
        &["`Second` and `Url` are URLs of one function, which has one"],
    );
    messages(&second("TargetFunctionArn: !GetAtt F.Arn, Qualifier: live"), &[]);
    messages(&second("TargetFunctionArn: other"), &[]);
}

#[test]
fn origins_are_as_browsers_write_them() {
    let cors = |origin: &str| url(&format!("AuthType: AWS_IAM, Cors: {{AllowOrigins: [{origin}]}}"));
    for good in [
        "'*'",
        "'https://example.org'",
        "'http://localhost:8080'",
        "!Sub 'https://${AWS::Region}/'",
        "'null'",
    ] {
        messages(&cors(good), &[]);
    }
    check(
        &format!("Resources:\n{}", cors("example.org")),
        &["\"example.org\" is no origin: it has no scheme
  --> resource Url.Properties.Cors.AllowOrigins[0]
  hint: write `https://example.org`"],
    );
    for bad in ["https://example.org/", "https://example.org/notes", "https://example.org?a"] {
        let refused =
            format!("{bad:?} is no origin: a browser sends scheme, host and port, and nothing after");
        messages(&cors(&format!("'{bad}'")), &[&refused]);
        let http = format!(
            "  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: a, ProtocolType: HTTP,
    CorsConfiguration: {{AllowOrigins: ['{bad}']}}}}}}"
        );
        messages(&http, &[&refused]);
    }
}
