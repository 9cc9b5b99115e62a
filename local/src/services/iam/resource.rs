//! Policies of resources: who may invoke a function, send to a queue, read a bucket, put events on a bus.
//! Reads only what stacks declare; what else may call them is their roles' matter.

use serde_json::{Value, json};
use stackwright_policy::Policy;

use crate::access::Policies;
use crate::caller::access_identity_arn;
use crate::problem::Problem;
use crate::stack::{Piece, Stack};

pub(crate) fn gather(stack: &Stack, policies: &mut Policies, problems: &mut Vec<Problem>) {
    let mut add = |arn: &str, document: &Value| -> Result<(), String> {
        let policy = Policy::of_resource(document).map_err(|error| error.to_string())?;
        policies.resource.entry(arn.to_owned()).or_default().push(policy);
        Ok(())
    };
    stack.each("AWS::Lambda::Permission", problems, |piece| {
        let function = function_arn(stack, &piece.properties().text("FunctionName")?);
        add(&function, &permission(piece, &function)?)
    });
    stack.each("AWS::SQS::QueuePolicy", problems, |piece| {
        let document = piece.document("PolicyDocument")?;
        let queues = piece.properties().texts("Queues")?;
        queues.iter().try_for_each(|url| add(&queue_arn(stack, url), &document))
    });
    for kind in ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"] {
        stack.each(kind, problems, |piece| match of_table(piece)? {
            Some(document) => add(piece.arn(), document),
            None => Ok(()),
        });
    }
    stack.each("AWS::S3::BucketPolicy", problems, |piece| {
        let bucket = piece.properties().text("Bucket")?;
        let mut document = piece.document("PolicyDocument")?;
        name_access_identities(stack, &mut document);
        add(&format!("arn:aws:s3:::{bucket}"), &document)
    });
    stack.each("AWS::ApiGateway::RestApi", problems, |piece| match piece.properties().value("Policy") {
        Some(_) => of_api(piece, &mut add),
        None => Ok(()),
    });
    stack.each("AWS::Events::EventBus", problems, |piece| match piece.properties().value("Policy") {
        Some(_) => add(piece.arn(), &piece.document("Policy")?),
        None => Ok(()),
    });
    stack.each("AWS::Events::EventBusPolicy", problems, |piece| {
        let bus = piece.properties().optional_text("EventBusName")?.unwrap_or_else(|| "default".to_owned());
        let arn = stack.place.arn("events", &format!("event-bus/{bus}"));
        let statement = match piece.properties().value("Statement") {
            Some(_) => piece.document("Statement")?,
            None => bus_permission(piece, &arn)?,
        };
        add(&arn, &json!({ "Version": "2012-10-17", "Statement": [statement] }))
    });
}

/// Statements for the canonical user of a CloudFront access identity, as S3 writes them down: for its ARN.
fn name_access_identities(stack: &Stack, document: &mut Value) {
    let statements = match document.get_mut("Statement") {
        Some(Value::Array(statements)) => statements.as_mut_slice(),
        Some(statement) => std::slice::from_mut(statement),
        None => &mut [],
    };
    for principal in statements.iter_mut().filter_map(|statement| statement.get_mut("Principal")) {
        let identity = stack
            .of_kind("AWS::CloudFront::CloudFrontOriginAccessIdentity")
            .find(|identity| principal["CanonicalUser"] == identity.attribute("S3CanonicalUserId"));
        if let Some(identity) = identity {
            *principal = json!({ "AWS": access_identity_arn(identity.reference()) });
        }
    }
}

/// `AWS::Events::EventBusPolicy` in its older form, for an account, everybody, or an organisation.
fn bus_permission(piece: Piece<'_>, bus: &str) -> Result<Value, String> {
    let properties = piece.properties();
    let condition = properties.inside("Condition")?;
    let mut conditions = serde_json::Map::new();
    if !condition.is_empty() {
        let (kind, key) = (condition.text("Type")?, condition.text("Key")?);
        conditions.insert(kind, json!({ key: condition.text("Value")? }));
    }
    Ok(json!({
        "Sid": properties.text("StatementId")?,
        "Effect": "Allow",
        "Principal": { "AWS": properties.text("Principal")? },
        "Action": properties.text("Action")?,
        "Resource": bus,
        "Condition": conditions,
    }))
}

/// `AWS::Lambda::Permission` as the statement that Lambda makes of it.
fn permission(piece: Piece<'_>, function: &str) -> Result<Value, String> {
    let properties = piece.properties();
    let principal = properties.text("Principal")?;
    let principal = match principal.as_str() {
        "*" => json!("*"),
        service if service.contains(".amazonaws.com") => json!({ "Service": service }),
        identity => json!({ "AWS": identity }),
    };
    let mut conditions = serde_json::Map::new();
    if let Some(source) = properties.optional_text("SourceArn")? {
        conditions.insert("ArnLike".to_owned(), json!({ "AWS:SourceArn": source }));
    }
    let mut equal = serde_json::Map::new();
    for (property, key) in
        [("SourceAccount", "AWS:SourceAccount"), ("FunctionUrlAuthType", "lambda:FunctionUrlAuthType")]
    {
        equal.extend(properties.optional_text(property)?.map(|value| (key.to_owned(), json!(value))));
    }
    if !equal.is_empty() {
        conditions.insert("StringEquals".to_owned(), Value::Object(equal));
    }
    if properties.flag("InvokedViaFunctionUrl")? {
        conditions.insert("Bool".to_owned(), json!({ "lambda:InvokedViaFunctionUrl": "true" }));
    }
    let statement = json!({
        "Sid": piece.id,
        "Effect": "Allow",
        "Principal": principal,
        "Action": properties.text("Action")?,
        // A version or an alias is its function here, whichever of them the permission is for.
        "Resource": [function, format!("{function}:*")],
        "Condition": conditions,
    });
    Ok(json!({ "Version": "2012-10-17", "Statement": [statement] }))
}

/// The policy of a REST API, in which an ARN may begin with `execute-api:/`.
fn of_api(piece: Piece<'_>, add: &mut impl FnMut(&str, &Value) -> Result<(), String>) -> Result<(), String> {
    let arn = piece.stack.place.arn("execute-api", piece.reference());
    let whole = piece.document("Policy")?.to_string().replace("\"execute-api:/", &format!("\"{arn}/"));
    let document: Value = serde_json::from_str(&whole).map_err(|error| error.to_string())?;
    add(&arn, &document)
}

/// The policy in a table, or in the replica of a global table that is here.
fn of_table(piece: Piece<'_>) -> Result<Option<&Value>, String> {
    let properties = piece.properties();
    let region = &piece.stack.place.region;
    let replicas = properties.list("Replicas")?;
    let own = replicas.iter().find(|replica| replica.value("Region").is_some_and(|it| it == region.as_str()));
    let holder = own.unwrap_or(&properties);
    Ok(holder.inside("ResourcePolicy")?.value("PolicyDocument"))
}

/// The ARN of a function that is named by ARN or by name, without a qualifier.
fn function_arn(stack: &Stack, function: &str) -> String {
    let name = crate::services::lambda::function_name(function);
    stack.place.arn("lambda", &format!("function:{name}"))
}

fn queue_arn(stack: &Stack, url: &str) -> String {
    stack.place.arn("sqs", url.rsplit('/').next().unwrap_or_default())
}
