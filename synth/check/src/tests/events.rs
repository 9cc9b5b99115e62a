//! Tests of the rules of EventBridge, of what a function needs behind it, and of queues that feed functions.

use super::{check, messages};

/// A function, a queue with a policy for the rule, a bus, and the rule with these properties.
#[track_caller]
fn rule(properties: &str, expected: &[&str]) {
    messages(
        &format!(
            "  Bus: {{Type: AWS::Events::EventBus, Properties: {{Name: bus}}}}
  Jobs: {{Type: AWS::SQS::Queue}}
  Ordered: {{Type: AWS::SQS::Queue, Properties: {{FifoQueue: true}}}}
  Rule: {{Type: AWS::Events::Rule, Properties: {{EventBusName: !Ref Bus, {properties}}}}}
  Policy: {{Type: AWS::SQS::QueuePolicy, Properties: {{Queues: [!Ref Jobs], PolicyDocument: {{Version: '2012-10-17',
    Statement: [{{Effect: Allow, Principal: {{Service: events.amazonaws.com}}, Action: 'sqs:SendMessage',
      Resource: !GetAtt Jobs.Arn, Condition: {{ArnEquals: {{'aws:SourceArn': !GetAtt Rule.Arn}}}}}}]}}}}}}
  Open: {{Type: AWS::SQS::QueuePolicy, Properties: {{Queues: [!Ref Ordered], PolicyDocument: {{Version: '2012-10-17',
    Statement: {{Effect: Allow, Principal: '*', Action: 'sqs:SendMessage', Resource: !GetAtt Ordered.Arn}}}}}}}}"
        ),
        expected,
    );
}

/// A rule of this pattern that goes into the queue.
#[track_caller]
fn pattern(pattern: &str, expected: &[&str]) {
    rule(&format!("Targets: [{{Id: t, Arn: !GetAtt Jobs.Arn}}], EventPattern: {pattern}"), expected);
}

#[test]
fn patterns_are_objects_of_lists() {
    pattern("{source: [shop], detail: {total: [{numeric: ['>', 100]}, 3, true]}}", &[]);
    pattern("{source: [!Ref AWS::StackName], detail: !Ref AWS::NoValue}", &[]);
    pattern("[shop]", &["a pattern is an object of fields"]);
    pattern("{}", &["an empty pattern matches nothing"]);
    pattern("{source: shop}", &["a pattern has a list of values for `source`, not a single one"]);
    pattern(
        "{source: [], detail: {id: 3}}",
        &["`source` is to be one of no values", "a pattern has a list of values for `id`, not a single one"],
    );
    pattern("{source: [[shop]]}", &["a pattern has no lists inside of lists"]);
}

#[test]
fn ways_to_match() {
    pattern("{source: [{anything-but: [shop]}]}", &[]);
    pattern("{source: [{anything_but: [shop]}]}", &["there is no way to match called `anything_but`"]);
    pattern("{source: [{prefix: a, suffix: b}]}", &["a value is matched in one way"]);
    pattern("{detail: {$or: [{a: [1]}, {b: [2]}]}}", &[]);
    pattern(
        "{detail: {$or: [{a: [1]}, {b: 2}]}}",
        &["a pattern has a list of values for `b`, not a single one"],
    );
}

#[test]
fn fields_that_no_event_has() {
    let text = "Resources: {Rule: {Type: AWS::Events::Rule, Properties: {EventPattern: {detailType: [a], user_id: [b]}}}}";
    check(
        text,
        &[
            "events have no field `detailType`, so the rule would never match
  --> resource Rule.Properties.EventPattern.detailType
  hint: did you mean `detail-type`?",
            "events have no field `user_id`, so the rule would never match
  --> resource Rule.Properties.EventPattern.user_id
  hint: fields of one's own are below `detail`",
        ],
    );
}

#[test]
fn patterns_written_as_json() {
    pattern(r#"'{"source": ["shop"], "detail": {"total": [1.5, null]}}'"#, &[]);
    pattern(r#"'{"source": "shop"}'"#, &["a pattern has a list of values for `source`, not a single one"]);
    pattern("'[1]'", &["a pattern is an object of fields"]);
    pattern(
        r#"'{"source": ["shop"}'"#,
        &["this pattern is no JSON: expected `,` or `]` at line 1 column 19"],
    );
}

#[test]
fn a_rule_has_five_targets_at_most_each_with_an_id_of_its_own() {
    let targets = |count: usize| {
        let targets: Vec<String> =
            (0..count).map(|n| format!("{{Id: t{n}, Arn: !GetAtt Jobs.Arn}}")).collect();
        format!("EventPattern: {{source: [shop]}}, Targets: [{}]", targets.join(", "))
    };
    rule(&targets(5), &[]);
    rule(&targets(6), &["`Targets` must have at most 5 items, not 6"]);
    rule(
        "EventPattern: {source: [shop]}, Targets: [{Id: t, Arn: !GetAtt Jobs.Arn}, {Id: t, Arn: !GetAtt Bus.Arn}]",
        &["two targets of `Rule` have the Id \"t\""],
    );
}

#[test]
fn schedules_are_for_the_default_bus() {
    let every_hour = "ScheduleExpression: rate(1 hour), Targets: [{Id: t, Arn: !GetAtt Jobs.Arn}]";
    rule(every_hour, &["`Rule` has a schedule, but is on the bus `Bus`"]);
}

#[test]
fn fifo_queues_behind_a_rule() {
    let to = |target: &str| format!("EventPattern: {{source: [shop]}}, Targets: [{{Id: t, {target}}}]");
    rule(&to("Arn: !GetAtt Ordered.Arn, SqsParameters: {MessageGroupId: all}"), &[]);
    rule(
        &to("Arn: !GetAtt Ordered.Arn"),
        &["`Ordered` is a FIFO queue, but `Rule` names no group for its messages"],
    );
    rule(
        &to("Arn: !GetAtt Jobs.Arn, DeadLetterConfig: {Arn: !GetAtt Ordered.Arn}"),
        &["`Ordered` is a FIFO queue: EventBridge cannot put dead letters there"],
    );
}

/// A rule into a queue, and a policy of the queue with this statement.
#[track_caller]
fn queue_policy(statement: &str, expected: &[&str]) {
    messages(
        &format!(
            "  Jobs: {{Type: AWS::SQS::Queue}}
  Rule: {{Type: AWS::Events::Rule, Properties: {{EventPattern: {{source: [shop]}}, Targets: [{{Id: t, Arn: !GetAtt Jobs.Arn}}]}}}}
  Other: {{Type: AWS::Events::Rule, Properties: {{EventPattern: {{source: [shop]}}}}}}
  Policy: {{Type: AWS::SQS::QueuePolicy, Properties: {{Queues: [!Ref Jobs], PolicyDocument: {{Version: '2012-10-17',
    Statement: [{{Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Jobs.Arn, {statement}}}]}}}}}}"
        ),
        expected,
    );
}

#[test]
fn a_queue_lets_the_rule_send_to_it() {
    let missing = "`Rule` sends to `Jobs`, but nothing permits events.amazonaws.com to do so from there";
    let events = "Principal: {Service: events.amazonaws.com}";
    queue_policy(events, &[]);
    queue_policy("Principal: {Service: [sns.amazonaws.com, events.amazonaws.com]}", &[]);
    queue_policy("Principal: '*'", &[]);
    queue_policy("Principal: {Service: sns.amazonaws.com}", &[missing]);
    let from = |rules: &str| format!("{events}, Condition: {{ArnEquals: {{'aws:SourceArn': {rules}}}}}");
    queue_policy(&from("!GetAtt Rule.Arn"), &[]);
    queue_policy(&from("[!GetAtt Other.Arn, !GetAtt Rule.Arn]"), &[]);
    queue_policy(&from("'arn:aws:events:*:*:rule/*'"), &[]);
    queue_policy(&from("!GetAtt Other.Arn"), &[missing]);
}

#[test]
fn a_rule_without_any_policy_of_its_queues() {
    let yaml = |target: &str| {
        format!(
            "Resources:
  Jobs: {{Type: AWS::SQS::Queue}}
  Failures: {{Type: AWS::SQS::Queue}}
  Role: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {{Version: '2012-10-17', Statement: []}}}}}}
  Rule: {{Type: AWS::Events::Rule, Properties: {{EventPattern: {{source: [shop]}}, Targets: [{{Id: t, {target}}}]}}}}"
        )
    };
    check(&yaml("Arn: !GetAtt Jobs.Arn, RoleArn: !GetAtt Role.Arn"), &[]);
    let inline = "  Policy: {Type: AWS::SQS::QueueInlinePolicy, Properties: {Queue: !Ref Jobs, PolicyDocument: {
    Version: '2012-10-17', Statement: [{Effect: Allow, Principal: '*', Action: 'sqs:SendMessage', Resource: '*'}]}}}";
    check(&format!("{}\n{inline}", yaml("Arn: !GetAtt Jobs.Arn")), &[]);
    check(
        &yaml("Arn: !GetAtt Jobs.Arn, RoleArn: !GetAtt Role.Arn, DeadLetterConfig: {Arn: !GetAtt Failures.Arn}"),
        &["`Rule` sends to `Failures`, but nothing permits events.amazonaws.com to do so from there
  --> resource Rule.Properties.Targets[0].DeadLetterConfig.Arn
  hint: add an AWS::SQS::QueuePolicy for `Failures` that allows events.amazonaws.com sqs:SendMessage if aws:SourceArn is !GetAtt Rule.Arn"],
    );
}

#[test]
fn a_queue_keeps_one_policy() {
    let policies = |condition: &str| {
        let policy = |id: &str, condition: &str| {
            format!(
                "  {id}: {{Type: AWS::SQS::QueuePolicy, {condition} Properties: {{Queues: [!Ref Jobs],
    PolicyDocument: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Principal: '*', Action: 'sqs:SendMessage',
    Resource: !GetAtt Jobs.Arn}}]}}}}}}"
            )
        };
        format!(
            "Conditions: {{Live: !Equals [!Ref AWS::Region, eu-west-1]}}\nResources:\n  Jobs: {{Type: AWS::SQS::Queue}}\n{}\n{}",
            policy("One", ""),
            policy("Two", condition)
        )
    };
    check(
        &policies(""),
        &["`One` and `Two` are both policies of `Jobs`, which keeps one
  --> resource Two.Properties.Queues
  hint: put their statements into one policy"],
    );
    check(&policies("Condition: Live,"), &[]);
}

const FUNCTION: &str =
    "{Type: AWS::Lambda::Function, Properties: {Role: !Sub 'x${AWS::Region}', Code: {ZipFile: x},
    Runtime: python3.13, Handler: i.h}}";

#[test]
fn a_rule_is_permitted_to_run_its_function() {
    let run = |permission: &str| {
        format!(
            "  F: {FUNCTION}
  Rule: {{Type: AWS::Events::Rule, Properties: {{EventPattern: {{source: [shop]}}, Targets: [{{Id: t, Arn: !GetAtt F.Arn}}]}}}}
{permission}"
        )
    };
    messages(&run(""), &["`Rule` invokes `F`, but nothing permits events.amazonaws.com to do so"]);
    let permission = "  P: {Type: AWS::Lambda::Permission, Properties: {Action: 'lambda:InvokeFunction',
    FunctionName: !Ref F, Principal: events.amazonaws.com, SourceArn: !GetAtt Rule.Arn}}";
    messages(&run(permission), &[]);
}

#[test]
fn asynchronous_runs_are_configured_once_and_report_to_standard_queues() {
    let config = |id: &str, queue: &str| {
        format!(
            "  {id}: {{Type: AWS::Lambda::EventInvokeConfig, Properties: {{FunctionName: !Ref F, Qualifier: $LATEST,
    DestinationConfig: {{OnFailure: {{Destination: !GetAtt {queue}.Arn}}}}}}}}"
        )
    };
    let queues = "  Jobs: {Type: AWS::SQS::Queue}
  Ordered: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}";
    let template = |configs: &str| format!("  F: {FUNCTION}\n{queues}\n{configs}");
    messages(&template(&config("One", "Jobs")), &[]);
    messages(
        &template(&config("One", "Ordered")),
        &["`Ordered` is a FIFO queue: Lambda sends what became of a run to none"],
    );
    messages(
        &template(&format!("{}\n{}", config("One", "Jobs"), config("Two", "Jobs"))),
        &["`Two` and `One` configure the same function"],
    );
}

/// A function that a queue of these properties feeds, with these of the mapping.
#[track_caller]
fn fed(queue: &str, mapping: &str, expected: &[&str]) {
    messages(
        &format!(
            "  F: {FUNCTION}
  Failures: {{Type: AWS::SQS::Queue}}
  Jobs: {{Type: AWS::SQS::Queue, Properties: {{{queue}}}}}
  Feed: {{Type: AWS::Lambda::EventSourceMapping, Properties: {{FunctionName: !Ref F, {mapping}}}}}"
        ),
        expected,
    );
}

const REDRIVE: &str = "RedrivePolicy: {deadLetterTargetArn: !GetAtt Failures.Arn, maxReceiveCount: 3}";

#[test]
fn a_queue_that_feeds_a_function_keeps_what_fails() {
    fed(REDRIVE, "EventSourceArn: !GetAtt Jobs.Arn", &[]);
    // What handles failures may fail for as long as they are kept.
    fed(REDRIVE, "EventSourceArn: !GetAtt Failures.Arn", &[]);
    fed(
        "",
        "EventSourceArn: !GetAtt Jobs.Arn",
        &["`Feed` reads `Jobs`, where a message that fails comes back until it is lost"],
    );
}

#[test]
fn filters_are_patterns() {
    let filter = |pattern: &str| {
        format!("EventSourceArn: !GetAtt Jobs.Arn, FilterCriteria: {{Filters: [{{Pattern: '{pattern}'}}]}}")
    };
    fed(REDRIVE, &filter(r#"{"body": {"kind": ["mail"]}}"#), &[]);
    fed(
        REDRIVE,
        &filter(r#"{"body": {"kind": "mail"}}"#),
        &["a pattern has a list of values for `kind`, not a single one"],
    );
    fed(REDRIVE, &filter("mail"), &["this pattern is no JSON: expected value at line 1 column 1"]);
}
