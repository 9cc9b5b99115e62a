//! [`Nodes`]: the parts of the system that calls go between, and which of them an ARN means.
//! Draws no arrows.

use std::collections::HashMap;

use serde::Serialize;

use crate::stack::{Piece, Stack};

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    WebSocketApi,
    RestApi,
    HttpApi,
    FunctionUrl,
    GraphqlApi,
    Function,
    Table,
    Stream,
    Queue,
    Bus,
    Bucket,
    Distribution,
}

/// A part of the system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Node {
    /// `Stack/LogicalId`; of a stream its table's with ` stream` behind it.
    pub(crate) name: String,
    /// None for the default bus, which is an account's.
    pub(crate) stack: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) label: String,
    pub(crate) physical_name: String,
    pub(crate) declared_at: Option<String>,
    /// The shortest ARN of all that mean it; no other node has it.
    #[serde(skip)]
    pub(crate) arn: String,
    /// The id that requests from outside have in their path, if there may be any.
    #[serde(skip)]
    entrance: Option<String>,
}

/// All parts, and by what ARNs they are known.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    all: Vec<Node>,
    by_arn: HashMap<String, usize>,
}

/// What invokes a function by its URL: the function has the same ARN.
pub(crate) const BY_URL: &str = "lambda:InvokeFunctionUrl";

/// What stands before the function's ARN in that of its URL, which has none of its own.
const URL: &str = "url:";

/// By what the URL of a function is known.
pub(crate) fn of_url(function_arn: &str) -> String {
    format!("{URL}{function_arn}")
}

/// The actions that are about a stream, not about its table.
pub(crate) const OF_STREAMS: [&str; 4] =
    ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];

impl Nodes {
    pub(crate) fn of<'a>(stacks: impl IntoIterator<Item = &'a Stack>) -> Nodes {
        let mut nodes = Nodes::default();
        for piece in stacks.into_iter().flat_map(|stack| stack.pieces()) {
            of_piece(piece).into_iter().for_each(|node| nodes.add(node));
        }
        nodes
    }

    fn add(&mut self, node: Node) {
        // Every rule of the default bus brings it along.
        if !self.by_arn.contains_key(&node.arn) {
            self.by_arn.insert(node.arn.clone(), self.all.len());
            self.all.push(node);
        }
    }

    pub(crate) fn all(&self) -> &[Node] {
        &self.all
    }

    /// The part that an action is about, by the ARN that permissions have for it: a method is its API, an index its table.
    pub(crate) fn meant(&self, action: &str, arn: &str) -> Option<&Node> {
        let arn = owner(arn)?;
        let of_url = (action == BY_URL).then(|| self.by_arn.get(&of_url(&arn))).flatten();
        let index = of_url.or_else(|| self.by_arn.get(&arn))?;
        self.all.get(*index)
    }

    /// The part that calls come from that name this ARN as their source.
    pub(crate) fn source(&self, arn: &str) -> Option<&Node> {
        match arn.strip_prefix(URL) {
            Some(function) => self.meant(BY_URL, function),
            None => self.meant("", arn),
        }
    }

    /// The part that requests with this id in their path are for.
    pub(crate) fn entered(&self, id: &str) -> Option<&Node> {
        self.all.iter().find(|node| node.entrance.as_deref() == Some(id))
    }

    /// The parts that a grant is about by name: what is granted on everything of a kind is about none of them.
    pub(crate) fn granted(&self, action: &str, resource: &str) -> impl Iterator<Item = &Node> {
        self.all.iter().filter(move |node| node.kind.takes(action) && node.is_named_by(resource))
    }
}

impl Kind {
    /// Whether an action, which may have wildcards, is one that is done to such a part.
    fn takes(self, action: &str) -> bool {
        let service = action.split(':').next().unwrap_or_default();
        match self {
            Kind::WebSocketApi | Kind::RestApi | Kind::HttpApi => service == "execute-api",
            Kind::GraphqlApi => service == "appsync",
            Kind::FunctionUrl => action == BY_URL,
            Kind::Function => service == "lambda" && action != BY_URL,
            Kind::Table => service == "dynamodb" && !OF_STREAMS.contains(&action),
            Kind::Stream => service == "dynamodb" && (OF_STREAMS.contains(&action) || action.contains('*')),
            Kind::Queue => service == "sqs",
            Kind::Bus => service == "events",
            Kind::Bucket => service == "s3",
            Kind::Distribution => service == "cloudfront",
        }
    }
}

impl Node {
    /// Whether there may be requests from outside.
    pub(crate) fn is_entrance(&self) -> bool {
        self.entrance.is_some()
    }

    /// Whether a pattern of ARNs has this part's name in it, or the beginning of its name.
    fn is_named_by(&self, pattern: &str) -> bool {
        let own = self.arn.strip_prefix(URL).unwrap_or(&self.arn);
        let (own, wanted): (Vec<_>, Vec<_>) =
            (own.splitn(6, ':').collect(), pattern.splitn(6, ':').collect());
        let ([own_place @ .., own], [place @ .., wanted]) = (own.as_slice(), wanted.as_slice()) else {
            return false;
        };
        own_place.len() == place.len()
            && place.iter().zip(own_place).all(|(wanted, own)| fits(wanted, own))
            // The stream's ARN begins with the table's.
            && !(self.kind == Kind::Table && wanted.contains("/stream/"))
            && names(wanted, own)
    }
}

/// Whether the last part of a pattern names a thing, or what is in it, and not only its type.
fn names(pattern: &str, thing: &str) -> bool {
    let head = pattern.split(['*', '?']).next().unwrap_or_default();
    if let Some(rest) = head.strip_prefix(thing) {
        return rest.is_empty() || rest.starts_with(['/', ':']);
    }
    let kind = thing.find(['/', ':']).map_or(0, |end| end + 1);
    head.len() > kind && head.len() < pattern.len() && fits(pattern, thing)
}

/// Whether a text is of a pattern with `*` and `?`.
fn fits(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    match pattern.next() {
        None => text.next().is_none(),
        Some('*') => {
            let rest = pattern.as_str();
            let mut ends = text.as_str().char_indices().map(|(at, _)| at).chain([text.as_str().len()]);
            ends.any(|at| fits(rest, &text.as_str()[at..]))
        }
        Some(wanted) => {
            let is_same = text.next().is_some_and(|got| wanted == '?' || wanted == got);
            is_same && fits(pattern.as_str(), text.as_str())
        }
    }
}

/// The ARN of the part that an ARN is in: the API of a method, the table of an index, the bus of a rule.
fn owner(arn: &str) -> Option<String> {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    let [_, _, service, _, _, thing] = parts[..] else { return None };
    let place = &arn[..arn.len() - thing.len()];
    let mut steps = thing.split('/');
    let mut step = || steps.next().unwrap_or_default();
    let thing = match service {
        "s3" | "execute-api" => step().to_owned(),
        "appsync" => format!("{}/{}", step(), step()),
        "dynamodb" => match (step(), step(), step()) {
            (table, name, "stream") => format!("{table}/{name}/stream"),
            (table, name, _) => format!("{table}/{name}"),
        },
        "lambda" => thing.splitn(3, ':').take(2).collect::<Vec<_>>().join(":"),
        "events" => match (step(), step(), step()) {
            ("rule", _, "") => "event-bus/default".to_owned(),
            ("rule", bus, _) => format!("event-bus/{bus}"),
            _ => thing.to_owned(),
        },
        _ => thing.to_owned(),
    };
    Some(format!("{place}{thing}"))
}

/// What a resource is on the picture: mostly nothing, sometimes two.
fn of_piece(piece: Piece<'_>) -> Vec<Node> {
    let place = &piece.stack.place;
    let api = |kind| node(piece, kind, piece.reference(), &place.arn("execute-api", piece.reference()));
    let own = |kind, name: &str| vec![node(piece, kind, name, piece.arn())];
    match piece.kind {
        "AWS::ApiGatewayV2::Api" => match piece.properties().value("ProtocolType") {
            Some(protocol) if protocol == "WEBSOCKET" => vec![api(Kind::WebSocketApi)],
            _ => vec![api(Kind::HttpApi)],
        },
        "AWS::ApiGateway::RestApi" => vec![api(Kind::RestApi)],
        "AWS::AppSync::GraphQLApi" => own(Kind::GraphqlApi, piece.attribute("ApiId")),
        "AWS::Lambda::Url" => {
            let host = piece.attribute("FunctionUrl").trim_start_matches("https://");
            let id = host.split('.').next().unwrap_or_default();
            vec![node(piece, Kind::FunctionUrl, id, &of_url(piece.attribute("FunctionArn")))]
        }
        "AWS::Lambda::Function" => own(Kind::Function, piece.reference()),
        "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => table(piece),
        "AWS::SQS::Queue" => own(Kind::Queue, piece.attribute("QueueName")),
        "AWS::Events::EventBus" => own(Kind::Bus, piece.reference()),
        "AWS::Events::Rule" => default_bus(piece).into_iter().collect(),
        "AWS::S3::Bucket" => own(Kind::Bucket, piece.reference()),
        "AWS::CloudFront::Distribution" => {
            let arn = place.global_arn("cloudfront", &format!("distribution/{}", piece.reference()));
            vec![node(piece, Kind::Distribution, piece.reference(), &arn)]
        }
        _ => Vec::new(),
    }
}

fn node(piece: Piece<'_>, kind: Kind, physical_name: &str, arn: &str) -> Node {
    Node {
        name: piece.path(),
        stack: Some(piece.stack.name().to_owned()),
        kind,
        label: label(piece.id).to_owned(),
        physical_name: physical_name.to_owned(),
        declared_at: piece.declared_at(),
        arn: arn.to_owned(),
        entrance: entrance(piece, kind, physical_name),
    }
}

fn entrance(piece: Piece<'_>, kind: Kind, physical_name: &str) -> Option<String> {
    match kind {
        Kind::Distribution => piece.attribute("DomainName").split('.').next().map(str::to_owned),
        Kind::WebSocketApi | Kind::RestApi | Kind::HttpApi | Kind::FunctionUrl | Kind::GraphqlApi => {
            Some(physical_name.to_owned())
        }
        _ => None,
    }
}

/// A table, and its stream.
fn table(piece: Piece<'_>) -> Vec<Node> {
    let table = node(piece, Kind::Table, piece.reference(), piece.arn());
    let stream_arn = piece.attribute("StreamArn");
    let stream = (!stream_arn.is_empty()).then(|| Node {
        name: format!("{} stream", table.name),
        kind: Kind::Stream,
        label: format!("{} stream", table.label),
        physical_name: stream_arn.to_owned(),
        arn: format!("{}/stream", table.arn),
        ..table.clone()
    });
    [table].into_iter().chain(stream).collect()
}

/// The bus that no stack declares, where a rule is on it.
fn default_bus(rule: Piece<'_>) -> Option<Node> {
    let arn = owner(rule.arn()).filter(|arn| arn.ends_with(":event-bus/default"))?;
    let name = "default".to_owned();
    let (label, physical_name) = (name.clone(), name.clone());
    let (stack, declared_at, entrance) = (None, None, None);
    Some(Node { name, stack, kind: Kind::Bus, label, physical_name, declared_at, arn, entrance })
}

/// A logical id without the eight digits that the AWS CDK puts behind it.
fn label(id: &str) -> &str {
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
    match id.len().checked_sub(8).filter(|length| *length > 0).and_then(|at| id.split_at_checked(at)) {
        Some((name, digits)) if digits.as_bytes().iter().all(is_digit) => name,
        _ => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_owner(arn: &str, expected: &str) {
        assert_eq!(owner(arn).as_deref(), Some(expected), "{arn}");
    }

    #[test]
    fn what_is_in_a_part_means_the_part() {
        let at = |service: &str, thing: &str| format!("arn:aws:{service}:eu-west-1:000000000000:{thing}");
        for (service, thing, expected) in [
            ("execute-api", "a1/prod/GET/notes/5", "a1"),
            ("execute-api", "a1/prod/POST/@connections/L0SM9c=", "a1"),
            ("dynamodb", "table/notes", "table/notes"),
            ("dynamodb", "table/notes/index/ByUser", "table/notes"),
            ("dynamodb", "table/notes/stream/2026-11-21T18:30:00.125", "table/notes/stream"),
            ("lambda", "function:greet", "function:greet"),
            ("lambda", "function:greet:live", "function:greet"),
            ("appsync", "apis/a1/types/Mutation/fields/create", "apis/a1"),
            ("events", "event-bus/orders", "event-bus/orders"),
            ("events", "rule/orders/placed", "event-bus/orders"),
            ("events", "rule/placed", "event-bus/default"),
            ("sqs", "letters", "letters"),
        ] {
            check_owner(&at(service, thing), &at(service, expected));
        }
        check_owner("arn:aws:s3:::pages/a/b.html", "arn:aws:s3:::pages");
        assert_eq!(owner("*"), None);
    }

    fn check_names(pattern: &str, thing: &str, expected: bool) {
        assert_eq!(names(pattern, thing), expected, "{pattern} {thing}");
    }

    #[test]
    fn a_grant_names_a_part_or_nothing() {
        check_names("table/notes", "table/notes", true);
        check_names("table/notes/index/*", "table/notes", true);
        check_names("table/notes", "table/notes-archive", false);
        check_names("table/notes-archive", "table/notes", false);
        check_names("table/notes*", "table/notes-archive", true);
        check_names("table/*", "table/notes", false);
        check_names("*", "table/notes", false);
        check_names("table/*otes", "table/notes", false);
        check_names("a1/prod/POST/@connections/*", "a1", true);
        check_names("function:greet:*", "function:greet", true);
        check_names("function:greet*", "function:greeting", true);
        check_names("table/notes/stream/*", "table/notes/stream", true);
    }

    #[test]
    fn patterns_have_wildcards_anywhere() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abbd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*b*", "abc", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn labels_are_without_the_digits_of_the_cdk() {
        assert_eq!(label("HandlerFunction886CB40B"), "HandlerFunction");
        assert_eq!(label("Handler"), "Handler");
        assert_eq!(label("Notes"), "Notes");
        assert_eq!(label("DEADBEEF"), "DEADBEEF");
    }
}
