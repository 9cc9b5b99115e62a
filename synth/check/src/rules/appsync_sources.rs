//! Data sources of AppSync APIs: each type with the configuration and the role it needs.
//!
//! Source: [AWS::AppSync::DataSource](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-datasource.html).

use super::{given, text};
use crate::finding::Finding;
use crate::index::Index;

/// For each type the property that says where the data is, and whether AppSync takes a role to get there.
const TYPES: [(&str, &str, bool); 6] = [
    ("AMAZON_DYNAMODB", "DynamoDBConfig", true),
    ("AMAZON_EVENTBRIDGE", "EventBridgeConfig", true),
    ("AMAZON_OPENSEARCH_SERVICE", "OpenSearchServiceConfig", true),
    ("AWS_LAMBDA", "LambdaConfig", true),
    ("HTTP", "HttpConfig", false),
    ("RELATIONAL_DATABASE", "RelationalDatabaseConfig", true),
];

/// Every data source.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, source) in index.of_type("AWS::AppSync::DataSource") {
        let kind = text(source, "Type").unwrap_or_default();
        let Some((_, configuration, role)) = TYPES.iter().find(|(name, ..)| *name == kind) else { continue };
        let needed = [Some(*configuration), Some("ServiceRoleArn").filter(|_| *role)];
        for name in needed.into_iter().flatten().filter(|name| given(source, name).is_none()) {
            let message = format!("`{id}` is a data source of the type {kind} and needs `{name}`");
            findings.push(Finding::of_resource(id, format!("Properties.{name}"), message));
        }
    }
}
