//! Resources that have a name and nothing to do here: alarms, log groups, settings of an account.
//! What would change how a system behaves is not among them.

use std::sync::Arc;

use stackwright_plan::{Created, Resource};

use crate::cloud::Cloud;
use crate::place::Place;
use crate::services::{Answer, name_of};

pub(crate) fn create(_: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let name = |property: &str| name_of(place, resource, property);
    let with_arn = |property: &str, service: &str, kind: &str| {
        let name = name(property)?;
        let arn = place.arn(service, &format!("{kind}:{name}"));
        Ok(Created::named(name).with("Arn", arn))
    };
    Some(match resource.kind.as_str() {
        "AWS::CloudWatch::Alarm" | "AWS::CloudWatch::CompositeAlarm" => {
            with_arn("AlarmName", "cloudwatch", "alarm")
        }
        "AWS::Logs::LogGroup" => name("LogGroupName").map(|name| {
            let arn = place.arn("logs", &format!("log-group:{name}:*"));
            Created::named(name).with("Arn", arn)
        }),
        "AWS::CloudWatch::Dashboard"
        | "AWS::Logs::MetricFilter"
        | "AWS::Logs::LogStream"
        | "AWS::Logs::ResourcePolicy"
        | "AWS::ApplicationInsights::Application"
        | "AWS::ResourceGroups::Group"
        | "AWS::CDK::Metadata"
        | "AWS::CloudFormation::WaitConditionHandle"
        | "AWS::ApiGateway::Account"
        | "AWS::ApiGateway::UsagePlan"
        | "AWS::ApiGateway::UsagePlanKey" => name("Name").map(Created::named),
        _ => return None,
    })
}
