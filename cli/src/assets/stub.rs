//! What stands in for an executable under `--stub-assets`: a shell script that says so.
//! Never runs a handler; its bytes depend on nothing but the name of the crate.

/// The script for one crate.
pub(super) fn bootstrap(crate_name: &str) -> Vec<u8> {
    let lines = [
        "#!/bin/sh".to_owned(),
        format!("echo 'error: this is a stub of `{crate_name}`, made by --stub-assets' >&2"),
        "echo '  hint: build the real one with `cargo run -- synth`' >&2".to_owned(),
        "exit 1".to_owned(),
    ];
    (lines.join("\n") + "\n").into_bytes()
}
