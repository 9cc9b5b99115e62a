//! Custom resources: a function of the template's owner makes them.
//! What they are is that function's business.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use serde_json::Value;
use stackwright_custom::{CustomResources, Demand, Made, Order};
use stackwright_plan::{Created, Resource};
use tokio::runtime::Handle;

use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::happening::What;
use crate::random::Random;
use crate::services::{self, lambda};
use crate::stack::{Piece, Stack};

/// Where functions put their answers.
const PATH: &str = "/_aws/cloudformation/responses/";

/// Resources whose answers come to this endpoint.
pub(crate) fn start(endpoint: &str, random: &Arc<Random>) -> CustomResources {
    let random = Arc::clone(random);
    CustomResources::at(&format!("{endpoint}{PATH}")).numbering(move || random.uuid())
}

/// Whether a function makes resources of that type.
pub(crate) fn is_custom(kind: &str) -> bool {
    kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource"
}

/// Has a resource made, or changed if the stack had it with other properties. Waits for the function.
pub(crate) fn create(
    cloud: &Arc<Cloud>,
    handle: &Handle,
    stack: &Stack,
    resource: &Resource,
) -> Result<Created, String> {
    let id = resource.id.as_str();
    let stack_before = cloud.stacks().remove(stack.name());
    let before = stack_before.iter().flat_map(|stack| stack.pieces()).find(|piece| piece.id == id);
    let demand = match before.filter(|before| before.kind == resource.kind) {
        None => Demand::Create,
        Some(before) if *before.map == resource.properties => return Ok(before.created.clone()),
        Some(before) => update(cloud, before, resource)?,
    };
    let properties = localised(cloud, resource.properties.clone());
    // The function that answers has to run, with what it may do; what else is wrong is told when all is evaluated.
    drop(match &stack_before {
        Some(before) => services::realise(cloud, &stack.over(before)),
        None => services::realise(cloud, stack),
    });
    let made = handle.block_on(perform(cloud, order(stack, id, &resource.kind, demand, properties)))?;
    Ok(Created { reference: made.physical_id, attributes: made.attributes })
}

/// What the function that made a resource is asked to change. It has to be the same function.
fn update(cloud: &Cloud, before: Piece<'_>, resource: &Resource) -> Result<Demand, String> {
    const TOKEN: &str = "ServiceToken";
    if before.map.get(TOKEN) != resource.properties.get(TOKEN) {
        return Err("Modifying service token is not allowed.".to_owned());
    }
    Ok(Demand::Update {
        physical_id: before.reference().to_owned(),
        old_properties: localised(cloud, before.map.clone()),
    })
}

/// Has the function delete what it made, and waits for that: what the function needs for it goes next.
pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    if !is_custom(piece.kind) || piece.is_retained() {
        return;
    }
    let demand = Demand::Delete { physical_id: piece.reference().to_owned() };
    let order = order(piece.stack, piece.id, piece.kind, demand, localised(cloud, piece.map.clone()));
    let place = piece.path();
    if let Err(message) = Handle::current().block_on(perform(cloud, order)) {
        cloud.tell(What::Failure { place, message });
    }
}

/// Takes the answer of a function.
pub(crate) async fn respond(cloud: &Arc<Cloud>, request: Request) -> Response {
    let token = request.uri().path().strip_prefix(PATH).unwrap_or_default().to_owned();
    cloud.custom.respond(&token, request).await
}

fn order(stack: &Stack, id: &str, kind: &str, demand: Demand, properties: Value) -> Order {
    Order {
        demand,
        stack_id: stack.place.surroundings().stack_id,
        logical_id: id.to_owned(),
        kind: kind.to_owned(),
        properties,
    }
}

/// Invokes the function and waits for what it answers.
async fn perform(cloud: &Arc<Cloud>, order: Order) -> Result<Made, String> {
    let function = order.properties["ServiceToken"].as_str().unwrap_or_default().to_owned();
    if !function.starts_with("arn:aws:lambda:") {
        return Err(format!("`ServiceToken` is `{function}`, and must be the ARN of a function"));
    }
    let waiting = cloud.custom.order(order).map_err(|error| error.to_string())?;
    let event = waiting.event().to_string();
    let lost = async {
        // Whoever deploys invokes it, and may do everything here.
        let deployer = Caller::trusted("cloudformation.amazonaws.com");
        match lambda::invoke(cloud, &deployer, &function, event, &[]).await {
            Err(refused) => refused.to_string(),
            Ok(answer) => match answer.function_error {
                Some(error) => format!("the function {error}, and will not answer"),
                // Another program may answer for it.
                None => std::future::pending().await,
            },
        }
    };
    waiting.outcome_unless(lost).await.map_err(|error| error.to_string())
}

/// What a function is told of other resources is where they are on this machine.
fn localised(cloud: &Cloud, properties: serde_json::Map<String, Value>) -> Value {
    cloud.addresses.localise_all(&Value::Object(properties))
}
