//! What a user of the program sees: output, messages and exit status of the command line.

use snapbox::cmd::Command;
use snapbox::str;

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
