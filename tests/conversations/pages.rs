//! The pages: what a browser gets of each, and what it may ask of the services behind them.
//!
//! What a page does with it is not said here: that is its own tests' in `web/`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::machine::Machine;
use crate::web::{Answer, Request};

const STACKS: [&str; 5] = ["Agenda", "Chat", "Notes", "Notifications", "VisitorCounter"];

/// The one service of a page that is not on this machine.
const HOLIDAYS: &str = "https://date.nager.at";

/// A page of a machine.
struct Page<'a> {
    machine: &'a Machine,
    stack: &'static str,
    url: String,
}

impl Page<'_> {
    fn of<'a>(machine: &'a Machine, stack: &'static str) -> Page<'a> {
        Page { machine, stack, url: machine.output(stack, "PageUrl") }
    }

    fn ask(&self, method: &str, path: &str) -> Request {
        Request::new(method, &format!("{}{path}", self.url), "")
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).send()
    }

    /// A file that has to be there.
    #[track_caller]
    fn file(&self, path: &str) -> Answer {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{} {path}: {}", self.stack, answer.text());
        answer
    }

    /// What the page knows of its services.
    #[track_caller]
    fn config(&self) -> Value {
        let text = self.file("/shared/config.js").text();
        let (_, json) = text.split_once("export const config = ").unwrap();
        serde_json::from_str(json.trim().trim_end_matches(';')).unwrap()
    }
}

#[test]
fn all_pages_of_one_machine_are_whole() {
    let machine = Machine::start("pages", &[]);
    for stack in STACKS {
        let page = Page::of(&machine, stack);
        it_opens(&page);
        all_it_names_is_there(&page);
        it_knows_this_machine_only(&page);
        it_gives_nothing_else(&page);
        it_is_not_sent_twice(&page);
    }
    browsers_may_call_the_services(&machine);
}

/// With and without the slash, and its second page by name.
fn it_opens(page: &Page<'_>) {
    let index = page.file("/");
    assert!(index.text().starts_with("<!doctype html>"), "{}", index.text());
    assert_eq!(index.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(index.header("cache-control"), "no-cache");
    let moved = page.get("");
    assert_eq!(moved.status, 308, "{}", page.url);
    assert!(format!("{}/", page.url).ends_with(moved.header("location")), "{}", moved.header("location"));
    assert_eq!(page.file("/index.html").body, index.body);
    // What stands behind a question mark is for the page, not for the bucket.
    assert_eq!(page.file("/?list-type=2&prefix=").body, index.body);
    assert_eq!(page.file("/index.html?versionId=1").body, index.body);
}

/// Everything that the page names, and all that is named there, is a file of the right kind.
fn all_it_names_is_there(page: &Page<'_>) {
    let mut known = BTreeSet::from(["/index.html".to_owned()]);
    let mut waiting: Vec<String> = known.iter().cloned().collect();
    while let Some(path) = waiting.pop() {
        let file = page.file(&path);
        assert_eq!(file.header("content-type"), kind(&path), "{} {path}", page.stack);
        check_headers(page, &path, &file);
        for named in names(&path, &file.text()) {
            if known.insert(named.clone()) {
                waiting.push(named);
            }
        }
    }
    for needed in ["/shared/config.js", "/shared/page.css", "/shared/icon.svg"] {
        assert!(known.contains(needed), "{} names no {needed}: {known:?}", page.stack);
    }
    assert_eq!(known.contains("/create.html"), page.stack == "Agenda");
}

/// The type of a file by its name.
#[track_caller]
fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => panic!("{path} is nothing that a page names"),
    }
}

/// The files that a file names: all names begin with `./` or `../`.
fn names(path: &str, text: &str) -> Vec<String> {
    let folder = &path[..=path.rfind('/').unwrap()];
    let quoted = ["src=\"", "href=\"", "from \"", "import \"", "import(\"", "url(\""];
    let all = quoted.iter().flat_map(|before| text.split(before).skip(1));
    let named = all.filter_map(|rest| rest.split('"').next()).filter(|name| name.starts_with('.'));
    named.map(|name| joined(folder, name)).collect()
}

/// `/shared/` and `./../a.js` are `/a.js`.
fn joined(folder: &str, name: &str) -> String {
    let mut parts: Vec<_> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split(['?', '#']).next().unwrap().split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The headers that keep a page safe, which every answer has.
#[track_caller]
fn check_headers(page: &Page<'_>, path: &str, answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ] {
        assert_eq!(answer.header(name), value, "{} {path}", page.stack);
    }
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'self'; connect-src 'self' "), "{} {path}: {policy}", page.stack);
    assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
}

/// Where the page looks for its services, and where it may: on this machine, or at the holidays'.
fn it_knows_this_machine_only(page: &Page<'_>) {
    let here = page.machine.endpoint().strip_prefix("http://").unwrap();
    let index = page.file("/");
    let policy = index.header("content-security-policy").to_owned();
    let connects = policy.split(';').find(|part| part.trim().starts_with("connect-src")).unwrap();
    let origins: BTreeSet<_> = connects.split_whitespace().skip(2).collect();
    let allowed = [format!("http://{here}"), format!("ws://{here}"), HOLIDAYS.to_owned()];
    assert!(origins.iter().all(|origin| allowed.iter().any(|one| one == origin)), "{policy}");

    let config = page.config();
    let urls = config.as_object().unwrap().iter().filter(|(name, _)| name.ends_with("Url"));
    for (name, url) in urls {
        let url = url.as_str().unwrap();
        let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
        assert!(origins.contains(origin.as_str()), "{} may not call {url}: {policy}", page.stack);
        // Services of the page that are outputs, too, have the same address there.
        let output = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        let known = page.machine.ready["stacks"][page.stack]["outputs"][&output].as_str();
        assert!(known.is_none_or(|known| known == url), "{output} is {known:?}, and {name} {url}");
    }
    assert!(!config.to_string().contains("amazonaws"), "{config}");
}

/// No file by guessing, no list of what there is, nothing to be written.
fn it_gives_nothing_else(page: &Page<'_>) {
    for path in [
        "/nothing.html",
        "/shared",
        "/shared/",
        "/index.html/",
        "/config.js.hbs",
        "/shared/config.js.hbs",
        "/.git/config",
        "/%2e%2e/index.html",
        "/%00",
        "/INDEX.HTML",
    ] {
        let answer = page.get(path);
        assert_eq!(answer.status, 403, "{} {path}: {}", page.stack, answer.text());
        assert!(!answer.text().contains("<Contents>"), "{}", answer.text());
        check_headers(page, path, &answer);
    }
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        assert_eq!(page.ask(method, "/index.html").send().status, 403, "{} {method}", page.stack);
    }
    let bucket = page.machine.physical(page.stack, "SiteBucket");
    for path in ["", "/", "/index.html", "/?list-type=2"] {
        let direct = Request::get(&format!("{}/{bucket}{path}", page.machine.endpoint())).send();
        assert_eq!(direct.status, 403, "{bucket}{path}: {}", direct.text());
    }
}

/// What a browser has it need not be sent; nor the body to whom asks for the head.
fn it_is_not_sent_twice(page: &Page<'_>) {
    let index = page.file("/");
    let length = index.body.len().to_string();
    let head = page.ask("HEAD", "/").send();
    assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, length.as_str()));
    check_headers(page, "/", &head);
    let etag = index.header("etag");
    let fresh = [("if-none-match", etag), ("if-modified-since", index.header("last-modified"))];
    for (name, value) in fresh {
        let answer = page.ask("GET", "/").header(name, value).send();
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{} {name}: {value}", page.stack);
        assert_eq!(answer.header("etag"), etag);
        check_headers(page, "/", &answer);
    }
    let stale = page.ask("GET", "/").header("if-none-match", "\"another\"").send();
    assert_eq!((stale.status, &stale.body), (200, &index.body));
    let part = page.ask("GET", "/").header("range", "bytes=0-14").send();
    assert_eq!((part.status, part.text().as_str()), (206, "<!doctype html>"));
}

/// On AWS each service has an origin of its own, so that a browser asks before it lets the page call.
fn browsers_may_call_the_services(machine: &Machine) {
    let signed = ["authorization", "content-type", "x-amz-date", "x-amz-security-token"];
    let json = ["content-type"];
    let config = Page::of(machine, "Agenda").config();
    let service = |name: &str| config[name].as_str().unwrap().to_owned();
    check_preflight(machine, &service("functionUrl"), "POST", &signed);
    check_preflight(machine, &service("graphqlUrl"), "POST", &["content-type", "x-api-key"]);
    check_preflight(machine, &service("identityUrl"), "POST", &["content-type", "x-amz-target"]);
    check_preflight(machine, &machine.output("Notifications", "OrdersUrl"), "POST", &json);
    let notes = format!("{}/notes", machine.output("Notes", "ApiUrl"));
    check_preflight(machine, &notes, "POST", &json);
    check_preflight(machine, &format!("{notes}/1"), "PUT", &json);
    check_preflight(machine, &format!("{notes}/1"), "DELETE", &[]);
    // The function's URL is for its own page alone.
    let stranger = preflight("https://evil.example", &service("functionUrl"), "POST", &signed);
    assert_eq!(stranger.header("access-control-allow-origin"), "", "{:?}", stranger.headers);
}

fn preflight(origin: &str, url: &str, method: &str, headers: &[&str]) -> Answer {
    let request = Request::new("OPTIONS", url, "").header("origin", origin);
    let request = request.header("access-control-request-method", method);
    match headers {
        [] => request.send(),
        headers => request.header("access-control-request-headers", &headers.join(",")).send(),
    }
}

/// Asks as a browser does for a page of this machine, and minds of the answer what a browser minds.
#[track_caller]
fn check_preflight(machine: &Machine, url: &str, method: &str, headers: &[&str]) {
    let origin = machine.endpoint();
    let answer = preflight(origin, url, method, headers);
    let told = || format!("{url}: {} {:?}", answer.status, answer.headers);
    assert!((200..300).contains(&answer.status), "{}", told());
    let allowed = answer.header("access-control-allow-origin");
    assert!(allowed == "*" || allowed == origin, "{}", told());
    let list = |name: &str| -> Vec<String> {
        answer.header(name).split(',').map(|one| one.trim().to_ascii_lowercase()).collect()
    };
    let methods = list("access-control-allow-methods");
    let is_allowed = |name: &str| methods.iter().any(|one| one == name || one == "*");
    assert!(method == "POST" || is_allowed(&method.to_ascii_lowercase()), "{}", told());
    let names = list("access-control-allow-headers");
    for header in headers {
        // A star does not stand for this one.
        let is_covered = *header != "authorization" && names.iter().any(|name| name == "*");
        assert!(is_covered || names.iter().any(|name| name == header), "{header}: {}", told());
    }
}
