//! References that give a name where an ARN is wanted: `Role: !Ref Role` in place of `!GetAtt Role.Arn`.
//!
//! It speaks up only where the schema knows which attribute is meant and its pattern refuses names.

use stackwright_schema::{Property, ResourceType, Shape, Text, resource_type};
use stackwright_template::{Expr, LogicalId};

use crate::pattern;
use crate::place::Place;
use crate::schema::Walker;

/// Texts that are no ARNs; a pattern that refuses them all takes none but ARNs.
const NAMES: [&str; 3] = ["name", "Some-Name", "a1b2c3d4e5"];

/// Types whose `Ref` is no ARN, and what it is.
const REF_GIVES: [(&str, &str); 9] = [
    ("AWS::DynamoDB::Table", "TableName"),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::IAM::User", "UserName"),
    ("AWS::KMS::Key", "KeyId"),
    ("AWS::Kinesis::Stream", "Name"),
    ("AWS::Lambda::Function", "FunctionName"),
    ("AWS::Logs::LogGroup", "LogGroupName"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::SQS::Queue", "QueueUrl"),
];

impl Walker<'_, '_> {
    /// A reference given to a property that points at resources.
    pub(crate) fn points(&mut self, value: &Expr, property: &Property, place: &Place<'_>) {
        if property.targets.is_empty() {
            return;
        }
        match (value, &property.shape) {
            (Expr::Call(function, argument), _) if function == "If" => {
                let branches = argument.as_list().unwrap_or_default().iter().skip(1);
                branches.for_each(|branch| self.points(branch, property, place));
            }
            (Expr::Ref(id), Shape::String(text)) => self.reference(*id, None, property, text, place),
            (Expr::GetAtt(id, attribute), Shape::String(text)) => {
                self.reference(*id, Some(attribute), property, text, place);
            }
            _ => {}
        }
    }

    fn reference(
        &mut self,
        id: LogicalId,
        attribute: Option<&str>,
        property: &Property,
        text: &Text,
        place: &Place<'_>,
    ) {
        let Some(kind) = self.index.resources.get(&id).and_then(|resource| resource_type(&resource.kind))
        else {
            return;
        };
        let wanted: Vec<&str> = property
            .targets
            .iter()
            .filter(|target| target.resource_type == kind.name)
            .map(|target| target.attribute)
            .collect();
        let (Some(first), Some(got)) = (wanted.first(), attribute.or_else(|| name_given_by_ref(kind))) else {
            return;
        };
        // In this order: matching patterns is what costs.
        let mismatch = !got.ends_with("Arn") && wanted.iter().all(|name| name.ends_with("Arn"));
        if mismatch && takes_only_arns(text) {
            let message = format!("`{}` takes the {first} of `{id}`, not its {got}", property.name);
            self.report(place, message, Some(format!("write `!GetAtt {id}.{first}`")));
        }
    }
}

fn takes_only_arns(text: &Text) -> bool {
    text.pattern.is_some_and(|pattern| !NAMES.iter().any(|name| pattern::allows(pattern, name)))
}

/// What `Ref` gives, where that is certain: for some types it is an ARN although a name identifies them.
fn name_given_by_ref(kind: &ResourceType) -> Option<&'static str> {
    REF_GIVES.iter().find(|(name, _)| *name == kind.name).map(|(_, given)| *given)
}
