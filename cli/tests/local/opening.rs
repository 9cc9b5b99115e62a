//! `--open`: a browser is told where the pages are.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::run::{Run, workspace};

const TEMPLATE: &str = r#"{
  "Resources": {
    "Files": { "Type": "AWS::S3::Bucket" },
    "Edge": { "Type": "AWS::CloudFront::Distribution", "Properties": { "DistributionConfig": {
      "Enabled": true,
      "Origins": [{ "Id": "files", "DomainName": { "Fn::GetAtt": "Files.RegionalDomainName" }, "S3OriginConfig": {} }],
      "DefaultCacheBehavior": { "TargetOriginId": "files", "ViewerProtocolPolicy": "redirect-to-https" }
    } } }
  },
  "Outputs": {
    "PageUrl": { "Value": { "Fn::Sub": "https://${Edge.DomainName}" } },
    "Bucket": { "Value": { "Ref": "Files" } }
  }
}"#;

/// The programs of desktops that open addresses.
const DESKTOPS: [&str; 6] = ["xdg-open", "gio", "gnome-open", "kde-open6", "kde-open5", "kde-open"];

/// A run with a page, on a desktop whose programs are this script.
fn run(script: &str) -> Run {
    let folder = workspace();
    fs::write(folder.join("Site.json"), TEMPLATE).unwrap();
    fs::create_dir(folder.join("programs")).unwrap();
    for desktop in DESKTOPS {
        let program = folder.join("programs").join(desktop);
        fs::write(&program, format!("#!/bin/sh\n{}\n", script.replace("{folder}", path(&folder)))).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    Run::start(folder, &["--open", "--template", "Site.json"])
}

fn path(folder: &Path) -> &str {
    folder.to_str().unwrap()
}

#[test]
fn all_pages_are_opened_in_turn() {
    let run = run(r#"echo "$@" >> {folder}/opened"#);
    run.wait("all is opened", || run.read("opened").lines().count() == 2);
    let ready = run.ready().unwrap();
    let inside = format!("{}/_local/", ready["endpoint"].as_str().unwrap());
    let page = run.output("Site", "PageUrl");
    let opened = run.read("opened");
    assert_eq!(opened.lines().collect::<Vec<_>>(), [&inside, page.as_str().unwrap()]);
}

#[test]
fn without_a_browser_it_runs_on_and_says_so() {
    let mut run = run("exit 3");
    run.wait("it is said", || run.log().contains("warning: no browser was opened: "));
    assert!(run.log().contains("a look inside: http://127.0.0.1:"), "{}", run.log());
    assert_eq!(run.process.try_wait().unwrap(), None);
}
