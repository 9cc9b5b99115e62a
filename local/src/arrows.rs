//! [`declared`]: what may call what, as templates say it: by grants, permissions, mappings, rules and routes.
//! Knows of no call that happened.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use stackwright_policy::Grant;

use crate::access::Policies;
use crate::nodes::{BY_URL, Node, Nodes, OF_STREAMS};
use crate::services::lambda::{INVOKE, function_name};
use crate::stack::{Piece, Stack};

/// Callers that are no part of the system.
pub(crate) const OUTSIDE: &str = "outside";

/// Actions by the names of who calls and who is called.
pub(crate) type Arrows = BTreeMap<(String, String), BTreeSet<String>>;

/// What reads a queue on behalf of a mapping.
const OF_QUEUES: [&str; 5] = [
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
];

/// What the stacks and the policies in force declare.
pub(crate) fn declared<'a>(
    stacks: impl IntoIterator<Item = &'a Stack>,
    nodes: &Nodes,
    policies: &Policies,
) -> Arrows {
    let pieces: Vec<_> = stacks.into_iter().flat_map(|stack| stack.pieces()).collect();
    let mut drawing = Drawing { nodes, arrows: Arrows::new(), roles: HashMap::new() };
    let entrances = nodes.all().iter().filter(|node| node.is_entrance());
    entrances.for_each(|node| drawing.draw(OUTSIDE, &node.name, None));
    pieces.iter().for_each(|piece| drawing.take_roles(*piece));
    drawing.of_roles(policies);
    drawing.of_resources(policies);
    pieces.iter().for_each(|piece| drawing.of_piece(*piece));
    pieces.iter().for_each(|piece| drawing.of_mapping(*piece));
    drawing.leave_out_what_urls_do();
    drawing.arrows
}

struct Drawing<'a> {
    nodes: &'a Nodes,
    arrows: Arrows,
    /// The names of the parts that act as a role, by its ARN.
    roles: HashMap<String, Vec<String>>,
}

impl Drawing<'_> {
    fn draw(&mut self, from: &str, to: &str, action: Option<&str>) {
        let actions = self.arrows.entry((from.to_owned(), to.to_owned())).or_default();
        actions.extend(action.map(str::to_owned));
    }

    /// An arrow to what an ARN names, if that is a part.
    fn draw_to(&mut self, from: &str, arn: &str, action: &str) {
        if let Some(to) = self.nodes.source(arn).map(|node| node.name.clone()) {
            self.draw(from, &to, Some(action));
        }
    }

    /// Notes who acts as which role: functions, data sources, rules; of guests of a page those outside.
    fn take_roles(&mut self, piece: Piece<'_>) {
        let mut take = |role: Option<&str>, name: Option<String>| {
            if let (Some(role), Some(name)) = (role, name) {
                self.roles.entry(role.to_owned()).or_default().push(name);
            }
        };
        match piece.kind {
            "AWS::Lambda::Function" => take(text(piece.map.get("Role")), Some(piece.path())),
            "AWS::AppSync::DataSource" => take(text(piece.map.get("ServiceRoleArn")), api_of(piece)),
            "AWS::Events::Rule" => {
                let bus = || self.nodes.source(piece.arn()).map(|bus| bus.name.clone());
                take(text(piece.map.get("RoleArn")), bus());
                each(piece.map.get("Targets")).for_each(|target| take(text(target.get("RoleArn")), bus()));
            }
            "AWS::Cognito::IdentityPoolRoleAttachment" => {
                let roles = piece.map.get("Roles").and_then(Value::as_object).into_iter().flatten();
                roles.for_each(|(_, role)| take(text(Some(role)), Some(OUTSIDE.to_owned())));
            }
            _ => {}
        }
    }

    /// What roles are allowed, from whoever acts as them.
    fn of_roles(&mut self, policies: &Policies) {
        for (role, policies) in &policies.identity {
            let from = self.roles.get(role).cloned().unwrap_or_default();
            for grant in policies.iter().flat_map(|policy| policy.grants()) {
                self.granted(&from, &grant, &grant.resources);
            }
        }
    }

    /// What resources allow: to roles that they name, and to services on behalf of a part.
    fn of_resources(&mut self, policies: &Policies) {
        for (resource, policies) in &policies.resource {
            for grant in policies.iter().flat_map(|policy| policy.grants()) {
                let sources = grant.sources.iter().filter_map(|arn| self.nodes.source(arn));
                let mut from: Vec<_> = sources.map(|node| node.name.clone()).collect();
                from.extend(
                    grant.principals.iter().filter_map(|role| self.roles.get(role)).flatten().cloned(),
                );
                self.granted(&from, &grant, std::slice::from_ref(resource));
            }
        }
    }

    fn granted(&mut self, from: &[String], grant: &Grant, resources: &[String]) {
        let nodes = self.nodes;
        for (action, resource) in grant.actions.iter().flat_map(|a| resources.iter().map(move |r| (a, r))) {
            for to in nodes.granted(action, resource) {
                from.iter().for_each(|from| self.draw(from, &to.name, Some(action)));
            }
        }
    }

    /// What a resource leads to by itself.
    fn of_piece(&mut self, piece: Piece<'_>) {
        let value = |path: &str| piece.map.get(path.split('/').next()?)?.pointer(&path[path.find('/')?..]);
        match piece.kind {
            "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => self.of_table(piece),
            "AWS::SQS::Queue" => self.of_queue(piece),
            "AWS::Lambda::Url" => self.invokes(Some(&piece.path()), Some(piece.attribute("FunctionArn"))),
            "AWS::ApiGateway::Method" => {
                self.invokes(api_of(piece).as_deref(), text(value("Integration/Uri")));
            }
            "AWS::ApiGatewayV2::Integration" => {
                self.invokes(api_of(piece).as_deref(), text(piece.map.get("IntegrationUri")));
            }
            "AWS::ApiGateway::Authorizer" | "AWS::ApiGatewayV2::Authorizer" => {
                self.invokes(api_of(piece).as_deref(), text(piece.map.get("AuthorizerUri")));
            }
            "AWS::AppSync::DataSource" => self.of_data_source(piece),
            "AWS::Events::Rule" => self.of_rule(piece),
            "AWS::CloudFront::Distribution" => {
                each(value("DistributionConfig/Origins")).for_each(|origin| self.of_origin(piece, origin));
            }
            _ => {}
        }
    }

    /// An arrow to the function that a URI or an ARN names.
    fn invokes(&mut self, from: Option<&str>, uri: Option<&str>) {
        let (Some(from), Some(uri)) = (from, uri) else { return };
        let inner = uri.split_once("/functions/").map_or(uri, |(_, inner)| inner);
        self.draw_to(from, inner.strip_suffix("/invocations").unwrap_or(inner), INVOKE);
    }

    fn of_table(&mut self, piece: Piece<'_>) {
        let table = piece.path();
        let stream = format!("{table} stream");
        if self.nodes.all().iter().any(|node| node.name == stream) {
            self.draw(&table, &stream, None);
        }
    }

    /// To where messages go that were received too often.
    fn of_queue(&mut self, piece: Piece<'_>) {
        let policy = piece.document("RedrivePolicy").unwrap_or_default();
        let target = policy["deadLetterTargetArn"].as_str().and_then(|arn| self.nodes.source(arn));
        if let Some(name) = target.map(|node| node.name.clone()) {
            self.draw(&piece.path(), &name, None);
        }
    }

    fn of_data_source(&mut self, piece: Piece<'_>) {
        let Some(api) = api_of(piece) else { return };
        let config = |name: &str, key: &str| text(piece.map.get(name).and_then(|config| config.get(key)));
        self.invokes(Some(&api), config("LambdaConfig", "LambdaFunctionArn"));
        if let Some(table) = config("DynamoDBConfig", "TableName") {
            let arn = piece.stack.place.arn("dynamodb", &format!("table/{table}"));
            if let Some(name) = self.nodes.source(&arn).map(|node| node.name.clone()) {
                self.draw(&api, &name, None);
            }
        }
    }

    /// From the bus of a rule to its targets, and to where events go that a target did not take.
    fn of_rule(&mut self, piece: Piece<'_>) {
        let Some(bus) = self.nodes.source(piece.arn()).map(|node| node.name.clone()) else { return };
        for target in each(piece.map.get("Targets")) {
            let letters = target.pointer("/DeadLetterConfig/Arn");
            for arn in [target.get("Arn"), letters].into_iter().filter_map(text) {
                self.draw_to(&bus, arn, delivering(arn));
            }
        }
    }

    /// From a distribution to what it fetches from.
    fn of_origin(&mut self, piece: Piece<'_>, origin: &Value) {
        let host = text(origin.get("DomainName")).unwrap_or_default();
        let label = host.split('.').next().unwrap_or_default();
        let is_bucket = |node: &&Node| {
            let rest = host.strip_prefix(&node.physical_name);
            node.arn.starts_with("arn:aws:s3:") && rest.is_some_and(|rest| rest.starts_with(".s3"))
        };
        let is_api = |node: &&Node| node.physical_name == label && !host.contains(".s3");
        let nodes = self.nodes.all().iter();
        if let Some(bucket) = nodes.clone().find(is_bucket) {
            self.draw(&piece.path(), &bucket.name, Some("s3:GetObject"));
        } else if let Some(api) = nodes.clone().find(is_api) {
            self.draw(&piece.path(), &api.name, None);
        }
    }

    /// From what is read to the function that gets it: what the function may read for that is no call of its own.
    fn of_mapping(&mut self, piece: Piece<'_>) {
        if piece.kind == "AWS::Lambda::Function" {
            return self.of_destinations(piece);
        }
        if piece.kind != "AWS::Lambda::EventSourceMapping" {
            return;
        }
        let source = text(piece.map.get("EventSourceArn")).and_then(|arn| self.nodes.source(arn));
        let function = text(piece.map.get("FunctionName"))
            .map(|name| piece.stack.place.arn("lambda", &format!("function:{}", function_name(name))));
        let function = function.and_then(|arn| self.nodes.source(&arn));
        let (Some(source), Some(function)) = (source, function) else { return };
        let (source, function) = (source.name.clone(), function.name.clone());
        self.draw(&source, &function, Some(INVOKE));
        let back = (function, source);
        if let Some(actions) = self.arrows.get_mut(&back) {
            actions.retain(|action| {
                !OF_STREAMS.contains(&action.as_str()) && !OF_QUEUES.contains(&action.as_str())
            });
            if actions.is_empty() {
                self.arrows.remove(&back);
            }
        }
    }

    /// Who calls a function by its URL needs a grant on each of both, and makes one call.
    fn leave_out_what_urls_do(&mut self) {
        let by_url = |(ends, actions): (&(String, String), &BTreeSet<String>)| {
            actions.contains(BY_URL).then(|| ends.clone())
        };
        for (from, url) in self.arrows.iter().filter_map(by_url).collect::<Vec<_>>() {
            let functions = self.arrows.keys().filter(|(from, _)| *from == url);
            let behind: Vec<_> = functions.map(|(_, function)| (from.clone(), function.clone())).collect();
            behind.iter().for_each(|ends| drop(self.arrows.remove(ends)));
        }
    }

    /// From a function to where records of its asynchronous invocations go.
    fn of_destinations(&mut self, piece: Piece<'_>) {
        let letters = piece.map.get("DeadLetterConfig").and_then(|config| text(config.get("TargetArn")));
        let configs = piece.stack.of_kind("AWS::Lambda::EventInvokeConfig");
        let own = configs.filter(|config| {
            text(config.map.get("FunctionName")).map(function_name) == Some(piece.reference())
        });
        let both = ["/OnSuccess/Destination", "/OnFailure/Destination"];
        let named = own.filter_map(|config| config.map.get("DestinationConfig"));
        let named = named.flat_map(|config| both.map(|path| text(config.pointer(path)))).flatten();
        for arn in named.chain(letters) {
            self.draw_to(&piece.path(), arn, delivering(arn));
        }
    }
}

/// By what something is delivered to an ARN.
fn delivering(arn: &str) -> &'static str {
    match arn.split(':').nth(2) {
        Some("sqs") => "sqs:SendMessage",
        Some("events") => "events:PutEvents",
        _ => INVOKE,
    }
}

/// The name of the API of this stack that a resource is of.
fn api_of(piece: Piece<'_>) -> Option<String> {
    let id = text(piece.map.get("RestApiId").or_else(|| piece.map.get("ApiId")))?;
    let mut apis = piece.stack.pieces().filter(|api| {
        matches!(api.kind, "AWS::ApiGateway::RestApi" | "AWS::ApiGatewayV2::Api" | "AWS::AppSync::GraphQLApi")
    });
    apis.find(|api| api.reference() == id || api.attribute("ApiId") == id).map(|api| api.path())
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

fn each(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten()
}
