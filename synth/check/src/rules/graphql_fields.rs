//! ARNs of GraphQL fields, as policies name them: the schema must have the field.
//!
//! Source: [resource types of AppSync](https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsappsync.html).
//! Names with wildcards are left alone, as are APIs of other templates and schemas whose text is not known here.

use stackwright_template::{Expr, LogicalId};

use super::{appsync, given, source};
use crate::graphql::parse;
use crate::index::Index;

/// What comes between the ARN of an API and the names of a type and a field.
pub(super) const STEP: &str = "/types/";

/// Message and hint, if the API is in this template and its schema has no such type or field.
pub(super) fn lacking(index: &Index<'_>, api: LogicalId, name: &str) -> Option<(String, Option<String>)> {
    let (of, field) = name.split_once("/fields/").unwrap_or((name, "*"));
    let of_api = |of: &Expr| index.referred(of).is_some_and(|(id, _)| id == api);
    let mut schemas = index
        .of_type("AWS::AppSync::GraphQLSchema")
        .filter(|(_, schema)| given(schema, "ApiId").is_some_and(of_api));
    // Of two, each under its condition, either may be the one.
    let ((id, resource), None) = (schemas.next()?, schemas.next()) else { return None };
    let schema = parse(source(resource, "Definition")?).ok()?;
    let literal = |name: &&str| !name.contains(['*', '?', '/']);
    let (_, message, hint) =
        appsync::lacking(id, &schema, literal(&of).then_some(of)?, Some(field).filter(literal))?;
    Some((message, hint))
}
