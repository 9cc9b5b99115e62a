//! What the command line says when stacks are wrong: everything at once, each with its line and a hint.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use snapbox::cmd::Command;
use snapbox::str;

/// An example of this crate; `cargo test` builds them all.
fn example(name: &str) -> Command {
    let folder: PathBuf = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples");
    Command::new(folder.join(name)).current_dir(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_mistake_is_told_and_nothing_is_written() {
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("mistakes");
    example("mistakes")
        .args(["synth", "--stub-assets", "--out"])
        .arg(&out)
        .assert()
        .code(1)
        .stdout_eq(str![[""]])
        .stderr_eq(str![[r#"
error: the logical id `Join` is declared twice
  --> cli/examples/mistakes.rs:19  (Documents/join)
  hint: `Documents/Join` at cli/examples/mistakes.rs:17 has it already: give one of them another name

error: Value: `Url` refers to `Apj`, which is neither a resource nor a parameter
  --> cli/examples/mistakes.rs:20  (Documents/Url)
  hint: did you mean `Api`?

error: Properties.KeySchema: `Documents` has no attribute `user_id`, but it is keyed by it
  --> cli/examples/mistakes.rs:10  (Documents/Documents)
  hint: declare `user_id` in AttributeDefinitions with its type: S, N or B

error: Properties.AttributeDefinitions[0]: `Documents` declares the attribute `id`, which no key uses
  --> cli/examples/mistakes.rs:10  (Documents/Documents)
  hint: DynamoDB wants the attributes of keys declared, and no others

error: Properties.RouteKey: `EnterOnConnect` and `JoinOnConnect` are routes of one API with the same key `$connect`
  --> cli/examples/mistakes.rs:18  (Documents/Enter/On $connect)
  hint: an API has one route for each key

error: no crate of the workspace is called `no-such-handler`
  --> cli/examples/mistakes.rs:17  (Documents/Join)
  hint: make one with `cargo new handlers/no-such-handler` and name it in `[workspace] members`

error: no crate of the workspace is called `no-such-handler`
  --> cli/examples/mistakes.rs:18  (Documents/Enter)
  hint: make one with `cargo new handlers/no-such-handler` and name it in `[workspace] members`

7 problems, nothing was written

"#]]);
    assert!(!out.exists(), "something was written");
}
