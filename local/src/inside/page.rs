//! The page of `/_local/`: its files, and those of `web/shared` that it uses, as they were when the program was built.
//! Knows nothing of what the page shows: that comes as JSON from the other paths.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};

use crate::exchange::set;

/// Nothing from elsewhere, nothing within the page's own text, and not in a frame of another page.
const SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                               connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file: what stands behind `/_local/`, and what is in it.
struct File {
    path: &'static str,
    text: &'static str,
}

/// A file of the page.
macro_rules! own {
    ($name:literal) => {
        File { path: $name, text: include_str!(concat!("../../page/", $name)) }
    };
}

/// A file that all pages use.
macro_rules! shared {
    ($name:literal) => {
        File { path: concat!("shared/", $name), text: include_str!(concat!("../../../web/shared/", $name)) }
    };
}

/// The page itself is also what `/_local/` is.
const PAGE: &str = "index.html";

const FILES: &[File] = &[
    own!("details.css"),
    own!("details.js"),
    own!("elements.js"),
    own!("facts.js"),
    own!("failures.js"),
    own!("faults.js"),
    own!("feed.js"),
    own!("graph.css"),
    own!("graph.js"),
    own!("happening.js"),
    own!("icons.js"),
    own!("index.html"),
    own!("inside.css"),
    own!("inside.js"),
    own!("items.js"),
    own!("layers.js"),
    own!("layout.js"),
    own!("lines.js"),
    own!("log.js"),
    own!("places.js"),
    own!("sections.js"),
    own!("sizes.js"),
    own!("stacks.js"),
    own!("store.js"),
    own!("values.js"),
    shared!("backoff.js"),
    shared!("elements.js"),
    shared!("form.js"),
    shared!("icon.svg"),
    shared!("memory.js"),
    shared!("page.css"),
    shared!("request.js"),
    shared!("status.js"),
    shared!("timers.js"),
];

/// The file behind `/_local/`, if there is one of that name.
pub(super) fn file(path: &str) -> Option<Response> {
    let path = if path.is_empty() { PAGE } else { path };
    let file = FILES.iter().find(|file| file.path == path)?;
    let mut response = Body::from(file.text).into_response();
    set(&mut response, "content-type", kind(path));
    // Another build may have another page at the same port.
    set(&mut response, "cache-control", "no-cache");
    set(&mut response, "content-security-policy", SECURITY_POLICY);
    set(&mut response, "referrer-policy", "no-referrer");
    Some(response)
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn check(path: &str, kind: Option<&str>) {
        let found = file(path);
        let got = found.as_ref().map(|response| response.headers()["content-type"].to_str().unwrap_or("?"));
        assert_eq!(got, kind, "{path}");
    }

    #[test]
    fn files_are_served_by_name_and_nothing_else_is() {
        check("", Some("text/html; charset=utf-8"));
        check("index.html", Some("text/html; charset=utf-8"));
        check("shared/page.css", Some("text/css; charset=utf-8"));
        check("shared/elements.js", Some("text/javascript; charset=utf-8"));
        check("shared/icon.svg", Some("image/svg+xml"));
        check("shared/../page.rs", None);
        check("shared/", None);
        check("other.js", None);
    }

    #[test]
    fn no_path_is_there_twice() {
        let paths: BTreeSet<_> = FILES.iter().map(|file| file.path).collect();
        assert_eq!(paths.len(), FILES.len());
    }

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let name = entry.expect("it can be read").file_name();
            let name = name.to_str().expect("its name is text");
            assert!(file(name).is_some(), "{name} is missing in FILES");
        }
    }
}
