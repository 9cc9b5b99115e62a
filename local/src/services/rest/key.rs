//! API keys, and the usage plans by which they open stages.
//! Counts no requests: quotas and throttling are not looked at.

use std::collections::BTreeMap;

use stackwright_rest::rest::{Api, ApiKey};

use crate::problem::Problem;
use crate::stack::{Piece, Stack};

const PLAN: &str = "AWS::ApiGateway::UsagePlan";
const KEY: &str = "AWS::ApiGateway::ApiKey";

/// As long as those that API Gateway makes up.
const LENGTH: usize = 40;

/// Gives every API the keys that its stages' plans let in.
pub(super) fn add(stack: &Stack, apis: &mut BTreeMap<String, Api>, problems: &mut Vec<Problem>) {
    stack.each("AWS::ApiGateway::UsagePlanKey", problems, |piece| {
        let properties = piece.properties();
        let key = named(stack, KEY, &properties.text("KeyId")?)?;
        if !is_enabled(key)? {
            return Ok(());
        }
        let plan = named(stack, PLAN, &properties.text("UsagePlanId")?)?;
        for stage in plan.properties().list("ApiStages")? {
            if let Some(api) = apis.get_mut(&stage.text("ApiId")?) {
                open(api, key, stage.text("Stage")?)?;
            }
        }
        Ok(())
    });
}

fn open(api: &mut Api, key: Piece<'_>, stage: String) -> Result<(), String> {
    match api.keys.iter_mut().find(|known| known.id == key.reference()) {
        Some(known) => known.stages.push(stage),
        None => {
            let made_up = || key.stack.place.id(&format!("{}/value", key.id), LENGTH);
            let value = key.properties().optional_text("Value")?.unwrap_or_else(made_up);
            api.keys.push(ApiKey { id: key.reference().to_owned(), value, stages: vec![stage] });
        }
    }
    Ok(())
}

/// Unless it says so, it is not.
fn is_enabled(key: Piece<'_>) -> Result<bool, String> {
    Ok(key.properties().flag("Enabled")?)
}

fn named<'a>(stack: &'a Stack, kind: &'static str, id: &str) -> Result<Piece<'a>, String> {
    let found = stack.of_kind(kind).find(|piece| piece.reference() == id);
    found.ok_or_else(|| format!("this stack has no `{kind}` with the id `{id}`"))
}
