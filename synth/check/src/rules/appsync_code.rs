//! Code of AppSync resolvers and functions: that it is what the runtime `APPSYNC_JS` takes.
//!
//! Source: [JavaScript resolvers](https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-overview-js.html).
//! Code that is computed or lies in a bucket is not looked at.

use stackwright_template::{LogicalId, Resource};

use super::{given, source};
use crate::appsync_js::faults;
use crate::finding::Finding;
use crate::index::Index;

/// Called before and after the data source or, in a pipeline, before its first function and after its last.
const HANDLERS: [&str; 2] = ["request", "response"];

/// More than the 32,768 characters that AppSync takes can have; that there are too many is told by the schema.
const MOST_BYTES: usize = 4 * 32_768;

/// The code of every resolver, function and namespace of channels.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, resource) in index.template.resources.iter() {
        match resource.kind.as_str() {
            "AWS::AppSync::Resolver" | "AWS::AppSync::FunctionConfiguration" => {
                runtime(id, resource, findings);
                code(id, resource, "Code", &HANDLERS, findings);
            }
            // Either handler may be left out there.
            "AWS::AppSync::ChannelNamespace" => code(id, resource, "CodeHandlers", &[], findings),
            _ => {}
        }
    }
}

/// Code and the runtime for it come together.
fn runtime(id: LogicalId, resource: &Resource, findings: &mut Vec<Finding>) {
    let has_code = ["Code", "CodeS3Location"].into_iter().any(|name| given(resource, name).is_some());
    let mut report = |place: &str, message: String, hint: &str| {
        findings.push(Finding::of_resource(id, format!("Properties.{place}"), message).hint(hint));
    };
    match given(resource, "Runtime") {
        None if has_code => {
            let hint = "set Runtime to Name: APPSYNC_JS, RuntimeVersion: 1.0.0";
            report("Runtime", format!("`{id}` has code, but no `Runtime`"), hint);
        }
        Some(_) if !has_code => {
            let hint = "set Code, or leave Runtime out";
            report("Code", format!("`{id}` has a runtime, but no code"), hint);
        }
        _ => {}
    }
}

fn code(id: LogicalId, resource: &Resource, name: &str, handlers: &[&str], findings: &mut Vec<Finding>) {
    let Some(code) = source(resource, name).filter(|code| code.len() <= MOST_BYTES) else { return };
    for fault in faults(code, handlers) {
        let finding = Finding::of_resource(id, format!("Properties.{name}"), fault.message(code));
        findings.push(finding.maybe_hint(fault.hint.map(Into::into)));
    }
}
