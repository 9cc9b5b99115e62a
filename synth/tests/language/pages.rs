//! What pages of other origins call: function URLs, and the credentials they sign with.

use stackwright::cfn::lambda::url::InvokeMode;
use stackwright::prelude::*;

use super::{check, yaml};

fn function(stack: &mut Scope<'_>) -> FunctionHandle {
    stack.add("PutEvent", Function::new("put-event"))
}

#[test]
fn a_url_takes_signed_requests_and_answers_pages_that_sign() {
    check(
        |stack| {
            let function = function(stack);
            let cors = Cors::origin("https://example.com").methods([Method::Post]);
            stack.add("Url", FunctionUrl::new(function).cors(cors));
        },
        "
  Url:
    Type: AWS::Lambda::Url
    Properties:
      AuthType: AWS_IAM
      TargetFunctionArn: !GetAtt PutEvent.Arn
      Cors:
        AllowOrigins:
        - https://example.com
        AllowMethods:
        - POST
        AllowHeaders:
        - content-type
        - authorization
        - x-amz-content-sha256
        - x-amz-date
        - x-amz-security-token
        MaxAge: 3600
",
    );
}

#[test]
fn a_url_that_takes_signed_requests_needs_no_permission() {
    let declared = yaml(|stack| {
        let function = function(stack);
        stack.add("Url", FunctionUrl::new(function))
    });
    assert!(!declared.contains("AWS::Lambda::Permission"));
    assert!(!declared.contains("Cors:"));
}

#[test]
fn a_public_url_is_open_through_the_url_alone() {
    check(
        |stack| {
            let function = function(stack);
            stack.add("Url", FunctionUrl::new(function).public().cors(Cors::any_origin()));
        },
        "
      AuthType: NONE
      TargetFunctionArn: !GetAtt PutEvent.Arn
      Cors:
        AllowOrigins:
        - \"*\"
        AllowMethods:
        - \"*\"
        AllowHeaders:
        - content-type
        MaxAge: 3600
  UrlPublicUrl:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunctionUrl
      FunctionName: !GetAtt PutEvent.Arn
      Principal: \"*\"
      FunctionUrlAuthType: NONE
  UrlPublicFunction:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !GetAtt PutEvent.Arn
      Principal: \"*\"
      InvokedViaFunctionUrl: true
",
    );
}

#[test]
fn calling_a_url_is_granted_through_the_url_alone() {
    check(
        |stack| {
            let function = function(stack);
            let url = stack.add("Url", FunctionUrl::new(function));
            stack.add("Caller", Function::new("caller").untraced().allow(url.invoke()));
        },
        "
        - Effect: Allow
          Action:
          - lambda:InvokeFunctionUrl
          Resource: !GetAtt PutEvent.Arn
          Condition:
            StringEquals:
              \"lambda:FunctionUrlAuthType\": AWS_IAM
        - Effect: Allow
          Action:
          - lambda:InvokeFunction
          Resource: !GetAtt PutEvent.Arn
          Condition:
            Bool:
              \"lambda:InvokedViaFunctionUrl\": \"true\"
",
    );
}

#[test]
fn answers_of_500_and_above_raise_an_alarm() {
    check(
        |stack| {
            let function = function(stack);
            stack.add("Url", FunctionUrl::new(function));
        },
        "
      MetricName: Url5xxCount
      Dimensions:
      - Name: FunctionName
        Value: !Ref PutEvent
",
    );
}

#[test]
fn a_url_can_be_changed() {
    check(
        |stack| {
            let function = function(stack);
            let url = FunctionUrl::new(function).with(|url| url.invoke_mode(InvokeMode::ResponseStream));
            stack.add("Url", url);
        },
        "      InvokeMode: RESPONSE_STREAM\n",
    );
}

#[test]
fn a_url_and_the_pages_that_call_it_know_each_other() {
    let declared = yaml(|stack| {
        let site = Site::ahead(stack, "Site");
        let function = function(stack);
        let url = stack.add("Url", FunctionUrl::new(function).cors(Cors::origin(site.url())));
        stack.add("Site", Site::new("web/agenda").config("functionUrl", url.url()))
    });
    assert!(
        declared.contains("        AllowOrigins:\n        - !Sub https://${Site.DomainName}\n"),
        "{declared}"
    );
    assert!(declared.contains("        functionUrl: !GetAtt Url.FunctionUrl\n"), "{declared}");
}

#[test]
fn the_origin_of_a_url_is_for_the_security_policy_of_pages() {
    check(
        |stack| {
            let function = function(stack);
            let url = stack.add("Url", FunctionUrl::new(function));
            stack.add("Origin", Output::new(url.origin()));
        },
        "
    Value: !Sub
      - https://${Part0}
      - Part0: !Select
          - 2
          - !Split
            - /
            - !GetAtt Url.FunctionUrl
",
    );
}

#[test]
fn a_rest_api_may_be_called_by_the_pages_of_a_site() {
    check(
        |stack| {
            let site = stack.add("Site", Site::new("web/notes"));
            let handler = stack.add("Handler", Function::new("handler"));
            let api = RestApi::new("prod").cors(Cors::origin(site.url()));
            stack.add("Api", api.route(Method::Get, "/notes", handler));
        },
        "            method.response.header.Access-Control-Allow-Origin: !Sub \"'https://${Site.DomainName}'\"\n",
    );
}

#[test]
fn guests_take_a_role_that_may_do_what_was_granted() {
    check(
        |stack| {
            let function = function(stack);
            let url = stack.add("Url", FunctionUrl::new(function).alarms(Alarms::None));
            stack.add("Guests", IdentityPool::guests().allow(url.invoke()));
        },
        "
  Guests:
    Type: AWS::Cognito::IdentityPool
    Properties:
      AllowUnauthenticatedIdentities: true
      AllowClassicFlow: false
  GuestsRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: \"2012-10-17\"
        Statement:
        - Effect: Allow
          Principal:
            Federated: cognito-identity.amazonaws.com
          Action: sts:AssumeRoleWithWebIdentity
          Condition:
            StringEquals:
              \"cognito-identity.amazonaws.com:aud\": !Ref Guests
            \"ForAnyValue:StringLike\":
              \"cognito-identity.amazonaws.com:amr\": unauthenticated
  GuestsPolicy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyDocument:
        Version: \"2012-10-17\"
        Statement:
        - Effect: Allow
          Action:
          - lambda:InvokeFunctionUrl
",
    );
}

#[test]
fn guests_get_the_role_of_their_pool() {
    check(
        |stack| {
            let function = function(stack);
            let pool = IdentityPool::guests().allow(function.invoke());
            let guests = stack.add("Guests", pool.with(|pool| pool.identity_pool_name("agenda")));
            stack.add("IdentityPoolId", Output::new(guests.id()));
            stack.add("CredentialsOrigin", Output::new(guests.origin()));
        },
        "
  GuestsRoles:
    Type: AWS::Cognito::IdentityPoolRoleAttachment
    Properties:
      IdentityPoolId: !Ref Guests
      Roles:
        unauthenticated: !GetAtt GuestsRole.Arn
Outputs:
  IdentityPoolId:
    Value: !Ref Guests
  CredentialsOrigin:
    Value: !Sub https://cognito-identity.${AWS::Region}.${AWS::URLSuffix}
",
    );
}
