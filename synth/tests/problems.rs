//! What is wrong with a declaration is said with its path, its line and a way to mend it, all of it at once.

#![allow(clippy::unwrap_used)]

use stackwright::prelude::*;
use stackwright::{Synthesis, check_together, declare};

/// Declares, and compares the problems, the line of the declaration left out.
#[track_caller]
fn check(function: impl FnOnce(&mut Scope<'_>), expected: &[&str]) {
    let synthesis = Synthesis::of("Demo", declare("Demo", function));
    let found: Vec<String> = synthesis
        .problems
        .iter()
        .map(|problem| {
            let path =
                problem.origin.as_ref().map(|origin| format!(" ({})", origin.path)).unwrap_or_default();
            let hint = problem.hint.as_ref().map(|hint| format!(", {hint}")).unwrap_or_default();
            format!("{}{path}{hint}", problem.message)
        })
        .collect();
    let matches = found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, expected)| found.contains(expected));
    assert!(matches, "expected {expected:#?}\nfound {found:#?}");
}

#[test]
fn a_sound_stack_has_no_problem() {
    check(
        |stack| {
            let (notes, changes) = stack.add("Notes", Table::new(string("id")).streaming(View::NewImage));
            let count = Function::new("notes-word-count").allow(notes.update()).on(changes.inserted());
            stack.add("Count", count);
        },
        &[],
    );
}

#[test]
fn two_children_of_one_name() {
    check(
        |stack| {
            stack.add("Topic", RawResource::new("AWS::SNS::Topic"));
            stack.add("topic", RawResource::new("AWS::SNS::Topic"));
        },
        &["the logical id `Topic` is declared twice (Demo/topic), `Demo/Topic` at synth/tests/problems.rs:"],
    );
}

#[test]
fn names_that_make_no_id() {
    check(
        |stack| {
            stack.add("$", |inner: &mut Scope<'_>| {
                inner.add("Topic", RawResource::new("AWS::SNS::Topic"));
            });
        },
        &["the name `$` has no letter or digit"],
    );
}

#[test]
fn keys_without_attributes() {
    use stackwright::cfn::dynamodb::{Table, table};
    check(
        |stack| {
            let key = table::KeySchema::new("user_id", table::KeyType::Hash);
            stack.add("Documents", Table::new([key]).billing_mode(table::BillingMode::PayPerRequest));
        },
        &["`Documents` has no attribute `user_id`"],
    );
}

#[test]
fn two_routes_with_one_key() {
    check(
        |stack| {
            let api = stack.add("Api", WebSocketApi::new("prod").without_access_logs());
            stack.add("One", Function::new("one").on(api.route("$connect")));
            stack.add("Two", Function::new("two").on(api.route("$connect")));
        },
        &["`$connect`"],
    );
}

#[test]
fn a_property_that_no_type_knows() {
    check(
        |stack| {
            stack.add("Queue", Queue::new().with(|queue| queue.raw("VisibilityTimeOut", 30)));
        },
        &["VisibilityTimeOut"],
    );
}

#[test]
fn cycles_name_their_path() {
    check(
        |stack| {
            let first =
                RawResource::new("AWS::SNS::Topic").raw("DisplayName", stackwright::Expr::reference("B"));
            stack.add("A", first);
            let second =
                RawResource::new("AWS::SNS::Topic").raw("DisplayName", stackwright::Expr::reference("A"));
            stack.add("B", second);
        },
        &["resources wait for each other: `A` → `B` → `A` (Demo/A)"],
    );
}

#[test]
fn references_to_nothing() {
    check(
        |stack| {
            stack.add("Url", Output::new(stackwright::Expr::reference("Topik")));
            stack.add("Topic", RawResource::new("AWS::SNS::Topic"));
        },
        &["`Topik`"],
    );
}

#[test]
fn paths_that_api_gateway_refuses() {
    check(
        |stack| {
            let handler = stack.add("Handler", Function::new("handler"));
            let api = RestApi::new("prod").without_access_logs().route(Method::Get, "notes", handler);
            stack.add("Api", api);
        },
        &["the path `notes` is not one that API Gateway takes (Demo/Api), write `/notes`"],
    );
}

#[test]
fn more_resources_than_cloudformation_takes() {
    check(
        |stack| {
            for number in 0..501 {
                stack.add(format!("Topic {number}"), RawResource::new("AWS::SNS::Topic"));
            }
        },
        &["501"],
    );
}

#[test]
fn every_problem_is_reported_with_its_line() {
    let synthesis = Synthesis::of(
        "Demo",
        declare("Demo", |stack| {
            stack.add("A", RawResource::new("AWS::SNS::Topik"));
            stack.add("B", RawResource::new("AWS::SQS::Queue").raw("DelaySeconds", 9_000));
        }),
    );
    let lines: Vec<u32> =
        synthesis.problems.iter().map(|problem| problem.origin.as_ref().unwrap().at.line()).collect();
    assert_eq!(lines.len(), 2, "{:#?}", synthesis.problems);
    assert_eq!(lines[1], lines[0] + 1);
}

#[test]
fn imports_that_nothing_exports() {
    const TOPIC: Export<Arn> = Export::new("Alerts", "TopicArn");
    let importing = Synthesis::of(
        "Shop",
        declare("Shop", |stack| {
            stack.add("Orders", Function::new("orders").alarms(Alarms::Tell(TOPIC.import())));
        }),
    );
    let exporting = Synthesis::of(
        "Alerts",
        declare("Alerts", |stack| {
            let topic = stack.add("Topic", RawResource::new("AWS::SNS::Topic"));
            stack.add("TopicArn", TOPIC.provide(topic.attribute("TopicArn")));
        }),
    );
    assert_eq!(importing.problems, []);
    // Stacks that are not of the program are nobody's business.
    assert_eq!(check_together(std::slice::from_ref(&importing)), []);
    let silent = Synthesis::of("Alerts", declare("Alerts", |stack| stack.add("Jobs", Queue::new())));
    let problems = check_together(&[importing, silent]);
    assert_eq!(problems[0].message, "`Alerts` exports no `Alerts-TopicArn`, which is imported here");
    assert_eq!(problems[0].origin.as_ref().unwrap().path, "Shop/Orders/ErrorsAlarm");
    assert_eq!(check_together(&[exporting]), []);
}

#[test]
fn stacks_that_import_from_each_other() {
    let stack = |name: &'static str, own: Export<String>, other: Export<String>| {
        Synthesis::of(
            name,
            declare(name, |stack| {
                stack.add("Topic", RawResource::new("AWS::SNS::Topic").raw("DisplayName", other.import()));
                stack.add("Name", own.provide("orders"));
            }),
        )
    };
    let (left, right) = (Export::new("Left", "Name"), Export::new("Right", "Name"));
    let stacks = [stack("Left", left.clone(), right.clone()), stack("Right", right, left)];
    let problems = check_together(&stacks);
    assert_eq!(problems[0].message, "stacks import from each other: `Left` → `Right` → `Left`");
}

#[test]
fn one_export_of_two_stacks() {
    let stack = |name: &'static str| {
        let output = || Output::new(stackwright::region()).exported_as("shared");
        Synthesis::of(
            name,
            declare(name, |stack| {
                stack.add("Jobs", Queue::new());
                stack.add("Region", output());
            }),
        )
    };
    let problems = check_together(&[stack("One"), stack("Two")]);
    assert_eq!(problems[0].message, "`One` and `Two` both export `shared`");
}

#[test]
fn authorizers_of_other_routes_than_connect() {
    check(
        |stack| {
            let api = stack.add("Api", WebSocketApi::new("prod").without_access_logs());
            let tickets = stack.add("Tickets", Function::new("tickets"));
            let gate = stack.add("Gate", RequestAuthorizer::new(api, tickets));
            stack.add("Talk", Function::new("talk").on(api.route("talk").authorized_by(gate)));
        },
        &[
            "the route `talk` has an authorizer; only `$connect` can (Demo/Talk/On talk), authorize `$connect`",
        ],
    );
}

#[test]
fn patterns_given_twice() {
    check(
        |stack| {
            let bus = stack.add("Bus", EventBus::new());
            let pattern = EventPattern::json("{}").detail_type("Order Placed");
            stack.add("Accept", Function::new("accept").on(bus.events(pattern)));
        },
        &[
            "an event pattern is given as JSON and as fields (Demo/Accept/On Order Placed), write all of it as JSON",
        ],
    );
}

#[test]
fn kinds_of_changes_named_twice() {
    check(
        |stack| {
            let (_, changes) = stack.add("Notes", Table::new(string("id")).streaming(View::NewImage));
            let trigger = changes.inserted().filter(r#"{"eventName":["MODIFY"]}"#);
            stack.add("Count", Function::new("count").on(trigger));
        },
        &[
            "the kinds of changes are named by the trigger, and by a filter of it (Demo/Count/OnNotes), give the filter",
        ],
    );
}

#[test]
fn two_rules_of_a_function_with_one_name() {
    check(
        |stack| {
            let bus = stack.add("Bus", EventBus::new());
            let (shop, store) = (EventPattern::source("shop"), EventPattern::source("store"));
            stack.add("Accept", Function::new("accept").on(bus.events(shop)).on(bus.events(store)));
        },
        &["`AcceptOnBus` is declared twice", "`AcceptOnBusPermission` is declared twice"],
    );
}

const CODE: SourceFile = source_file!("language/sources/get-event.js");

/// A GraphQL API and a source that asks nobody.
fn graphql(stack: &mut Scope<'_>, name: &'static str) -> (GraphqlApiHandle, DataSourceHandle) {
    let schema = source_file!("language/sources/schema.graphql");
    let api = stack.add(name, GraphqlApi::new(schema, AuthorizationMode::Iam));
    (api, stack.add(format!("{name} Nothing"), DataSource::none(api)))
}

#[test]
fn keys_of_an_api_that_takes_none() {
    check(
        |stack| {
            let (api, _) = graphql(stack, "Api");
            stack.add("Key", ApiKey::new(api));
        },
        &["the GraphQL API takes no keys (Demo/Key), declare it with `.or(AuthorizationMode::ApiKey)`"],
    );
}

#[test]
fn authorization_modes_named_twice() {
    check(
        |stack| {
            let schema = source_file!("language/sources/schema.graphql");
            let api = GraphqlApi::new(schema, AuthorizationMode::Iam);
            stack.add("Api", api.or(AuthorizationMode::Iam));
            let api = GraphqlApi::new(schema, AuthorizationMode::Iam);
            stack.add("Other", api.or(AuthorizationMode::ApiKey).or(AuthorizationMode::ApiKey));
        },
        &[
            "the authorization mode `Iam` is named twice (Demo/Api), `.or(…)` names each mode beside the default",
            "the authorization mode `ApiKey` is named twice (Demo/Other)",
        ],
    );
}

#[test]
fn events_tried_again_too_often_and_given_up_too_early() {
    check(
        |stack| {
            let bus = stack.add("Bus", EventBus::new());
            let accept = Function::new("accept").event_retries(3).event_age(59);
            stack.add("Accept", accept.on(bus.events(EventPattern::source("shop"))));
        },
        &[
            "`MaximumRetryAttempts` must be 0 to 2, not 3 (Demo/Accept/AsyncConfig)",
            "`MaximumEventAgeInSeconds` must be 60 to 21600, not 59 (Demo/Accept/AsyncConfig)",
        ],
    );
}

#[test]
fn methods_for_pages_of_an_api_that_has_routes() {
    check(
        |stack| {
            let function = stack.add("Handler", Function::new("notes-api"));
            let cors = Cors::any_origin().methods([Method::Get]);
            stack.add("Api", RestApi::new("prod").cors(cors).route(Method::Get, "/notes", function));
        },
        &["pages may use the methods of the API's routes, and no others can be named (Demo/Api), leave out"],
    );
}

#[test]
fn sources_and_guests_that_may_do_nothing() {
    check(
        |stack| {
            let (api, _) = graphql(stack, "Api");
            let events = stack.add("Events", Table::new(number("id")));
            stack.add("Source", DataSource::table(api, events));
            stack.add("Guests", IdentityPool::guests());
        },
        &[
            "resolvers may do nothing with the table (Demo/Source), grant what they do: `.allow(table.get())`",
            "guests of the identity pool may do nothing (Demo/Guests), grant them what their pages do",
        ],
    );
}

#[test]
fn pipelines_without_steps_and_with_too_many() {
    check(
        |stack| {
            let (api, nothing) = graphql(stack, "Api");
            let step = stack.add("Step", ResolverFunction::new(nothing, CODE));
            let pipeline = |kind: &str, field: &str| Resolver::pipeline(api, kind, field, CODE);
            stack.add("Empty", pipeline("Query", "getEvent"));
            let long = (0..11).fold(pipeline("Mutation", "announce"), |pipeline, _| pipeline.then(step));
            stack.add("Long", long);
        },
        &[
            "the pipeline of `Query.getEvent` has no step (Demo/Empty), add one with `.then(…)`",
            "the pipeline of `Mutation.announce` has 11 steps, at most 10 are allowed (Demo/Long)",
        ],
    );
}

#[test]
fn steps_of_another_api() {
    check(
        |stack| {
            let (api, _) = graphql(stack, "Api");
            let (_, elsewhere) = graphql(stack, "Other");
            let foreign = stack.add("Foreign", ResolverFunction::new(elsewhere, CODE));
            stack.add("Mixed", Resolver::pipeline(api, "Query", "getEvent", CODE).then(foreign));
        },
        &["`Mixed` names `Foreign`, which belongs to another API (Demo/Mixed)"],
    );
}

#[test]
fn code_that_is_too_long() {
    check(
        |stack| {
            let (_, nothing) = graphql(stack, "Api");
            let text = format!("{}{}", CODE.text, " ".repeat(32_768)).leak();
            let code = SourceFile { name: "demo/time.js", text };
            stack.add("Time", Resolver::new(nothing, "Query", "getEvent", code));
        },
        &["demo/time.js: `Code` must have 1 to 32768 characters, not 32928 (Demo/Time)"],
    );
}

#[test]
fn mistakes_in_files_are_told_with_the_file() {
    check(
        |stack| {
            let schema = SourceFile { name: "demo/schema.graphql", text: "type Query {\n  time: Tiem\n}\n" };
            let api = stack.add("Api", GraphqlApi::new(schema, AuthorizationMode::Iam));
            let nothing = stack.add("Nothing", DataSource::none(api));
            let text = "export function request() {}\n";
            let code = SourceFile { name: "demo/time.js", text };
            stack.add("Time", Resolver::new(nothing, "Query", "time", code));
            stack.add("Step", ResolverFunction::new(nothing, code));
        },
        &[
            "demo/time.js: the code exports no `response` (Demo/Time)",
            "demo/time.js: the code exports no `response` (Demo/Step)",
            "demo/schema.graphql: line 2, column 9: there is no type `Tiem` (Demo/Api/Schema)",
        ],
    );
}

#[test]
fn names_that_appsync_refuses() {
    check(
        |stack| {
            let (_, nothing) = graphql(stack, "Api");
            stack.add("1st step", ResolverFunction::new(nothing, CODE));
        },
        &["`Name` must match `^[_A-Za-z][_0-9A-Za-z]*$`, and \"1stStep\" does not (Demo/1st step)"],
    );
}

#[test]
fn sites_ahead_that_never_come() {
    check(
        |stack| {
            let site = Site::ahead(stack, "Site");
            stack.add("Topic", RawResource::new("AWS::SNS::Topic").raw("TopicName", site.url()));
        },
        &["`Topic` refers to `Site`, which is not a resource of this template (Demo/Topic)"],
    );
}

#[test]
fn queues_that_lose_what_fails() {
    check(
        |stack| {
            let jobs = stack.add("Jobs", Queue::new());
            stack.add("Worker", Function::new("worker").on(jobs.messages()));
        },
        &[
            "`WorkerOnJobs` reads `Jobs`, where a message that fails comes back until it is lost (Demo/Worker/OnJobs), \
           give `Jobs` a RedrivePolicy",
        ],
    );
}

#[test]
fn queues_that_hand_out_again_what_is_still_handled() {
    check(
        |stack| {
            let jobs = stack.add("Jobs", Queue::new().hiding_for(30).retrying(3));
            stack.add("Worker", Function::new("worker").timeout(60).on(jobs.messages()));
        },
        &["`Jobs` hides a message for 30 s, but `Worker` may take 60 s over it (Demo/Worker/OnJobs)"],
    );
}

#[test]
fn two_rules_into_one_queue() {
    check(
        |stack| {
            let bus = stack.add("Bus", EventBus::new());
            let jobs = stack.add("Jobs", Queue::new());
            stack.add("Shop", Rule::new(bus, EventPattern::source("shop")).to(jobs));
            stack.add("Store", Rule::new(bus, EventPattern::source("store")).to(jobs));
        },
        &[
            "`ShopQueuePolicy` and `StoreQueuePolicy` are both policies of `Jobs`, which keeps one (Demo/Store/QueuePolicy)",
        ],
    );
}

#[test]
fn patterns_that_event_bridge_refuses() {
    check(
        |stack| {
            let bus = stack.add("Bus", EventBus::new());
            let pattern = EventPattern::json(r#"{"source": "shop"}"#);
            stack.add("Accept", Function::new("accept").on(bus.events(pattern)));
        },
        &[
            "a pattern has a list of values for `source`, not a single one (Demo/Accept/On Bus), put it into [ ]",
        ],
    );
}
