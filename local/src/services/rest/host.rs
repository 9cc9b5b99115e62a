//! What APIs and URLs need of others: functions, permissions, and somebody to tell.
//! Routes nothing.

use std::sync::{Arc, Weak};

use axum::body::Bytes;
use futures_util::FutureExt as _;
use serde_json::json;
use stackwright_lambda::InvokeError;
use stackwright_policy::{Policy, Principal, Request, Verdict as Decided};
use stackwright_rest::{
    Answered, Failure, FunctionUrls, HttpApis, Invocation, Judgement, Permission, Rest, Settings, Verdict,
    World,
};

use super::sender;
use crate::access::Wish;
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::happening::What;
use crate::nodes;
use crate::services::lambda::{self, Refused};
use crate::settings::Timers;

/// Lambda, which invokes functions by their URLs.
const LAMBDA: &str = "lambda.amazonaws.com";

/// All that answers requests of HTTP with functions.
#[derive(Debug)]
pub(crate) struct Apis {
    pub(super) rest: Rest,
    pub(super) http: HttpApis,
    pub(super) urls: FunctionUrls,
}

/// No APIs, for a cloud, and for nobody once that is gone.
pub(crate) fn start(cloud: &Weak<Cloud>, timers: &Timers) -> Apis {
    let [invoking, authorising, telling, numbering] = [(); 4].map(|()| cloud.clone());
    let world = World::new(move |invocation| invoke(invoking.upgrade(), invocation).boxed())
        .authorising(move |permission| {
            authorising.upgrade().map_or(Ok(()), |cloud| authorise(&cloud, permission))
        })
        .judging(judge)
        .telling(move |answered| {
            if let Some(cloud) = telling.upgrade() {
                tell(&cloud, answered);
            }
        })
        .numbering(move || numbering.upgrade().map_or_else(String::new, |cloud| cloud.random.uuid()));
    let of_apis =
        Settings { reading: timers.request_body, integration: timers.integration, ..Settings::of_apis() };
    let of_urls = Settings { reading: timers.request_body, ..Settings::of_urls() };
    Apis {
        rest: Rest::with(world.clone(), of_apis.clone()),
        http: HttpApis::with(world.clone(), of_apis),
        urls: FunctionUrls::with(world, of_urls),
    }
}

async fn invoke(cloud: Option<Arc<Cloud>>, invocation: Invocation) -> Result<Bytes, Failure> {
    let cloud = cloud.ok_or_else(|| Failure::Unavailable("everything is being stopped".to_owned()))?;
    let account = &cloud.settings.account;
    let (caller, context) = match &invocation.source_arn {
        Some(source) => {
            let context = vec![("aws:SourceArn", source.as_str()), ("aws:SourceAccount", account)];
            (Caller::service("apigateway.amazonaws.com"), context)
        }
        // Whoever called the URL was allowed to invoke the function by it.
        None => (Caller::trusted(LAMBDA).on_behalf_of(nodes::of_url(&invocation.function)), Vec::new()),
    };
    let answer = lambda::invoke(&cloud, &caller, &invocation.function, invocation.payload, &context).await;
    let answer = answer.map_err(|refused| failure(&refused))?;
    match answer.function_error {
        None => Ok(answer.payload),
        Some(_) => Err(Failure::FunctionError(answer.payload)),
    }
}

fn failure(refused: &Refused) -> Failure {
    match refused {
        Refused::Denied(_) => Failure::NotPermitted,
        Refused::Fault(429) | Refused::Engine(InvokeError::Throttled { .. }) => Failure::Throttled,
        Refused::Engine(InvokeError::PayloadTooLarge { .. }) => Failure::TooLarge,
        Refused::Fault(_) => {
            let said = json!({ "errorType": "Fault", "errorMessage": refused.to_string() });
            Failure::FunctionError(said.to_string().into())
        }
        other => Failure::Unavailable(other.to_string()),
    }
}

fn authorise(cloud: &Cloud, permission: &Permission) -> Result<(), String> {
    let caller = sender::known(cloud, permission.caller.as_ref());
    let address = permission.source.to_string();
    let own = permission.context.iter().map(|(key, value)| (*key, value.as_str()));
    let context: Vec<(&str, &str)> = own.chain([("aws:SourceIp", address.as_str())]).collect();
    let wish = Wish { action: permission.action, resource: &permission.resource, context: &context };
    // The request itself is noted where it came in.
    cloud.may(&caller, wish).map_err(|denied| denied.to_string())
}

/// What the policy of an authoriser says. One that is no policy lets nobody in.
fn judge(judgement: &Judgement<'_>) -> Verdict {
    let Ok(policy) = Policy::of_identity(judgement.policy) else { return Verdict::Denied };
    // Such a policy is about whoever asks.
    let anybody = Principal::user("*");
    let request = Request::new(anybody, judgement.action, judgement.resource);
    match request.decide(&[policy], &[]).verdict {
        Decided::Allowed(_) => Verdict::Allowed,
        Decided::ImplicitDeny(_) => Verdict::NotMentioned,
        Decided::ExplicitDeny(_) => Verdict::Denied,
    }
}

fn tell(cloud: &Cloud, answered: Answered) {
    let stage = answered.stage.filter(|stage| stage != "$default" && !stage.is_empty());
    cloud.tell(What::Request {
        to: cloud.known_as(&answered.api),
        method: answered.method,
        path: stage.map_or_else(String::new, |stage| format!("/{stage}")) + &answered.path,
        status: answered.status,
        reason: answered.reason,
        duration: answered.duration,
    });
}
