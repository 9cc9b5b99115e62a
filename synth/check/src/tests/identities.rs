//! Tests of identity pools: their guests, and the roles that identities take.

use super::{check, messages};

fn pool(guests: &str) -> String {
    format!(
        "  Pool: {{Type: AWS::Cognito::IdentityPool, Properties: {{AllowUnauthenticatedIdentities: {guests}}}}}
  Roles: {{Type: AWS::Cognito::IdentityPoolRoleAttachment, Properties: {{IdentityPoolId: !Ref Pool,
    Roles: {{unauthenticated: !Sub 'arn:aws:iam::${{AWS::AccountId}}:role/guest'}}}}}}"
    )
}

#[test]
fn a_role_for_guests_is_of_a_pool_that_takes_them() {
    messages(&pool("true"), &[]);
    messages(&pool("!Ref AWS::Region"), &[]);
    messages(&pool("false"), &["`Roles` has a role for guests, but `Pool` takes none"]);
    let users = pool("false").replace("unauthenticated", "authenticated");
    messages(&users, &[]);
}

fn role(principal: &str, condition: &str) -> String {
    format!(
        "  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
        - {{Effect: Allow, Action: 'sts:AssumeRoleWithWebIdentity', Principal: {principal}{condition}}}"
    )
}

#[test]
fn roles_ask_from_which_pool_an_identity_comes() {
    let identities = "{Federated: cognito-identity.amazonaws.com}";
    let of_pool = ", Condition: {StringEquals: {'cognito-identity.amazonaws.com:aud': 'eu-west-1:1'}}";
    messages(&role(identities, of_pool), &[]);
    messages(&role("{Federated: accounts.google.com}", ""), &[]);
    messages(&role(identities, ", Condition: !Ref AWS::Region"), &[]);
    messages(&role(identities, "").replace("Allow", "Deny"), &[]);
    let open = ["`R` can be taken by identities of any pool, in any account"];
    messages(&role("{Federated: [cognito-identity.amazonaws.com]}", ""), &open);
    let guests =
        ", Condition: {'ForAnyValue:StringLike': {'cognito-identity.amazonaws.com:amr': unauthenticated}}";
    messages(&role(identities, guests), &open);
    check(
        &format!("Resources:\n{}", role(identities, "")),
        &["`R` can be taken by identities of any pool, in any account
  --> resource R.Properties.AssumeRolePolicyDocument.Statement[0]
  hint: add Condition: {StringEquals: {'cognito-identity.amazonaws.com:aud': the id of the pool}}"],
    );
}
