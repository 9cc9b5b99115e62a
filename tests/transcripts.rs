//! What a user of the program sees: output, messages and exit status of the command line.

#![allow(clippy::unwrap_used)]

use std::io::BufRead as _;

use snapbox::cmd::Command;
use snapbox::{assert_data_eq, str};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_stackwright-systems")).current_dir(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn list_names_the_stacks() {
    program()
        .arg("list")
        .assert()
        .success()
        .stdout_eq(str![[r#"
VisitorCounter
Notifications
Agenda
Notes
Chat

"#]])
        .stderr_eq(str![[""]]);
}

#[test]
fn synth_says_what_it_wrote_and_what_has_changed() {
    let out = concat!("target/tmp/", "transcript");
    drop(std::fs::remove_dir_all(format!("{}/{out}", env!("CARGO_MANIFEST_DIR"))));
    let synth =
        || program().args(["synth", "--stub-assets", "--out", out]).assert().success().stdout_eq(str![[""]]);
    synth().stderr_eq(str![[r#"
VisitorCounter: 42 resources, new  target/tmp/transcript/VisitorCounter.template.yaml
Notifications: 107 resources, new  target/tmp/transcript/Notifications.template.yaml
Agenda: 52 resources, new  target/tmp/transcript/Agenda.template.yaml
Notes: 52 resources, new  target/tmp/transcript/Notes.template.yaml
Chat: 101 resources, new  target/tmp/transcript/Chat.template.yaml
warning: the handlers are placeholders that fail: this is not for deployment

"#]]);
    synth().stderr_eq(str![[r#"
VisitorCounter: 42 resources, unchanged  target/tmp/transcript/VisitorCounter.template.yaml
Notifications: 107 resources, unchanged  target/tmp/transcript/Notifications.template.yaml
Agenda: 52 resources, unchanged  target/tmp/transcript/Agenda.template.yaml
Notes: 52 resources, unchanged  target/tmp/transcript/Notes.template.yaml
Chat: 101 resources, unchanged  target/tmp/transcript/Chat.template.yaml
warning: the handlers are placeholders that fail: this is not for deployment

"#]]);
}

#[test]
fn only_the_stacks_named_are_written() {
    let out = "target/tmp/transcript-notes";
    drop(std::fs::remove_dir_all(format!("{}/{out}", env!("CARGO_MANIFEST_DIR"))));
    let synth = program().args(["synth", "Notes", "--stub-assets", "--out", out]).assert();
    synth.success().stderr_eq(str![[r#"
Notes: 52 resources, new  target/tmp/transcript-notes/Notes.template.yaml
warning: the handlers are placeholders that fail: this is not for deployment

"#]]);
}

#[test]
fn a_folder_that_is_a_file() {
    let file = "target/tmp/transcript-file";
    std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/target/tmp")).unwrap();
    std::fs::write(format!("{}/{file}", env!("CARGO_MANIFEST_DIR")), "").unwrap();
    let synth = program().args(["synth", "--stub-assets", "--out", file]).assert();
    synth.code(1).stdout_eq(str![[""]]).stderr_eq(str![[r#"
error: [..]/target/tmp/transcript-file/assets/222b685bf5ea01b628553cf99ccdf729e33a8e0a5d1d316683f1332f7352aefc.zip cannot be written: Not a directory (os error 20)
  hint: choose another folder with `--out`

"#]]);
}

#[test]
fn a_stack_that_there_is_not() {
    program().args(["synth", "Nots"]).assert().code(1).stdout_eq(str![[""]]).stderr_eq(str![[r#"
error: there is no stack `Nots`, but `VisitorCounter`, `Notifications`, `Agenda`, `Notes`, `Chat`
  hint: did you mean `Notes`?

"#]]);
}

#[test]
fn an_architecture_that_lambda_has_not() {
    program().args(["synth", "--arch", "riscv"]).assert().code(2).stdout_eq(str![[""]]).stderr_eq(str![[
        r#"
error: invalid value 'riscv' for '--arch <ARCH>': `riscv` is not a processor that Lambda has: x86_64 or arm64

For more information, try '--help'.

"#
    ]]);
}

#[test]
fn help_names_every_option() {
    program()
        .args(["synth", "--help"])
        .assert()
        .success()
        .stdout_eq(str![[r#"
Write templates, packaged handlers and a manifest, ready for the AWS CLI

Usage: stackwright-systems synth [OPTIONS] [STACK]...

Arguments:
  [STACK]...  The stacks to write; all if none is named

Options:
      --out <DIR>       The folder to write to [default: cdk.out in the workspace]
      --stub-assets     Build no handlers: pack a placeholder that fails for each
      --arch <ARCH>     The processor to build for: x86_64 or arm64 [default: this machine's]
      --profile <NAME>  The cargo profile to build handlers with [default: lambda]
  -h, --help            Print help

"#]])
        .stderr_eq(str![[""]]);
}

/// A template in a folder of the tests' own.
fn template(name: &str, text: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/tmp/local");
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(format!("{folder}/{name}"), text).unwrap();
    format!("target/tmp/local/{name}")
}

/// A run that does not come to be.
fn refused(arguments: &[&str], code: i32, stderr: impl snapbox::IntoData) {
    program().arg("local").args(arguments).assert().code(code).stdout_eq(str![[""]]).stderr_eq(stderr);
}

const EMPTY: &str = "Resources: {}\n";

#[test]
fn a_run_starts_and_stops() {
    let shop = template(
        "Shop.yaml",
        "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\nOutputs:\n  Name:\n    Value: jobs\n",
    );
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_stackwright-systems"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["local", "--template", &shop, "--port", "0"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn();
    let mut run = run.unwrap();
    let mut told = std::io::BufReader::new(run.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut lines: Vec<String> = told.by_ref().take_while(|line| !line.starts_with("running: ")).collect();
    // With nobody left to read what happens, it stops.
    let mut happened = std::io::BufReader::new(run.stdout.take().unwrap());
    let mut first = String::new();
    happened.read_line(&mut first).unwrap();
    drop(happened);
    assert_eq!(run.wait().unwrap().code(), Some(0));
    lines.extend(told);
    assert_eq!(first.split_once(' ').unwrap().1, "stack      Shop started\n");
    assert_data_eq!(
        lines.join("\n"),
        str![[r#"

Shop  Name  jobs

a look inside: http://127.0.0.1:[..]/_local/

for other shells:
export AWS_ENDPOINT_URL=http://127.0.0.1:[..]
export AWS_REGION=us-east-1
export AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID=[..]
export AWS_SECRET_ACCESS_KEY=[..]

"#]]
    );
}

#[test]
fn a_run_of_a_stack_that_there_is_not() {
    refused(
        &["Nots"],
        1,
        str![[r#"
error: there is no stack `Nots`, but `VisitorCounter`, `Notifications`, `Agenda`, `Notes`, `Chat`
  hint: did you mean `Notes`?

"#]],
    );
}

#[test]
fn a_port_that_somebody_has() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    refused(
        &["--template", &template("Port.yaml", EMPTY), "--port", &port],
        1,
        str![[r#"
error: cannot listen on 127.0.0.1:[..]: Address already in use (os error 98)
  hint: `--port 0` takes a free port

"#]],
    );
}

#[test]
fn a_template_that_there_is_not() {
    refused(
        &["--template", "target/no-such.yaml"],
        1,
        str![[r#"
error: cannot read the template target/no-such.yaml: No such file or directory (os error 2)

"#]],
    );
}

#[test]
fn a_template_that_is_none() {
    let indented =
        template("Indented.yaml", "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n   Properties: {}\n");
    refused(
        &["--template", &indented],
        1,
        str![[r#"
error: target/tmp/local/Indented.yaml is not a template: not valid YAML or JSON: error: line 4 column 4: while parsing a block mapping, did not find expected key
...
"#]],
    );
    let shapeless = template("Shapeless.json", r#"{"Resources": []}"#);
    refused(
        &["--template", &shapeless],
        1,
        str![[r#"
error: target/tmp/local/Shapeless.json is not a template: Resources must be a map

"#]],
    );
}

#[test]
fn two_stacks_of_one_name() {
    let notes = template("Notes.yaml", EMPTY);
    refused(
        &["Notes", "--template", &notes],
        1,
        str![[r#"
error: two stacks are called `Notes`
  hint: give this one another name: `--template NAME=target/tmp/local/Notes.yaml`

"#]],
    );
}

#[test]
fn a_template_whose_file_name_is_none_for_a_stack() {
    refused(
        &["--template", "my_shop.yaml"],
        2,
        str![[r#"
error: invalid value 'my_shop.yaml' for '--template <[NAME=]FILE>': `my_shop` cannot be the name of a stack: give it one with `NAME=my_shop.yaml`

For more information, try '--help'.

"#]],
    );
}

#[test]
fn a_parameter_that_no_stack_has() {
    let shop = template("Parameters.yaml", "Parameters:\n  Prefix: {Type: String}\nResources: {}\n");
    refused(
        &["--template", &shop, "--parameter", "Suffix=x"],
        1,
        str![[r#"
error: no stack that runs has a parameter `Suffix`: there are `Parameters.Prefix`

"#]],
    );
    refused(
        &["--template", &shop, "--parameter", "Prefix"],
        2,
        str![[r#"
error: invalid value 'Prefix' for '--parameter <[STACK.]NAME=VALUE>': a parameter is given as `NAME=VALUE`

For more information, try '--help'.

"#]],
    );
}

#[test]
fn a_ready_file_where_none_can_be() {
    refused(
        &["--template", &template("Ready.yaml", EMPTY), "--ready-file", "target/no-such/ready.json"],
        1,
        str![[r#"
error: cannot write the ready file [..]/target/no-such/ready.json: No such file or directory (os error 2)

"#]],
    );
}

#[test]
fn help_says_what_a_run_writes_and_where() {
    program().args(["local", "--help"]).assert().success().stdout_eq(str![[r#"
Run stacks on this machine

Builds the handlers, starts what the templates describe, and follows changes of sources, pages and templates. What happens goes to stdout, a line each; everything else goes to stderr. Ctrl-C stops all that was started.

Usage: stackwright-systems local [OPTIONS] [STACK]...

Arguments:
  [STACK]...
          The stacks to run; all if neither a stack nor a template is named

Options:
      --template <[NAME=]FILE>
          Run the stack of a template, YAML or JSON; it is called NAME, or else like the file

      --parameter <[STACK.]NAME=VALUE>
          Give a parameter a value: in one stack, or in every stack that has it

      --port <N>
          The port to listen on, on 127.0.0.1; 0 takes a free one
          
          [default: 4566]

      --region <REGION>
          The region that everything is in
          
          [default: us-east-1]

      --data <DIR>
          Keep tables, queues and buckets in this folder; without it they are gone at the end

      --ready-file <FILE>
          Write endpoint, credentials, outputs and resources to this file, as JSON, once all is up

      --open
          Open the pages of all stacks, and of what goes on inside, in your browser once all is up

      --release
          Build handlers as `synth` does: slower to build, quicker to run

      --no-iam
          Ask callers neither for signatures nor for grants

      --seed <N>
          Make ids and keys the same in each run

      --timer <NAME=SECONDS>
          Take another time than AWS does: NAME is integration, retry (of an asynchronous invocation), socket-idle or socket-life

      --json
          Write what happens as JSON, and `{"ready":…}` with what the ready file holds once all is up

      --no-watch
          Follow no changes of sources, pages and templates

  -h, --help
          Print help (see a summary with '-h')

"#]]).stderr_eq(str![[""]]);
}
