//! [`Addresses`]: AWS's hosts, and where on this machine they are found instead.
//! Inside everything has AWS's form, so that a template may take a URL apart; what leaves the runner is rewritten.

use serde_json::Value;

/// The services that have a host of their own for each thing they serve.
const HOSTS: [(&str, &str); 5] = [
    ("execute-api", "execute-api"),
    ("lambda-url", "lambda-url"),
    ("appsync-api", "appsync"),
    ("appsync-realtime-api", "appsync"),
    ("cloudfront", "cloudfront"),
];

/// Services with one host for all they serve; here they share the root.
const AT_ROOT: [&str; 7] = ["cognito-identity", "dynamodb", "events", "lambda", "s3", "sqs", "sts"];

/// Where this runner listens, for the hosts of one region.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    /// `127.0.0.1:4566`.
    authority: String,
    region: String,
}

impl Addresses {
    pub(crate) fn new(authority: impl Into<String>, region: &str) -> Addresses {
        Addresses { authority: authority.into(), region: region.to_owned() }
    }

    /// `http://127.0.0.1:4566`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.authority)
    }

    /// A text with every URL of AWS that is served here rewritten to where it is.
    pub(crate) fn localise(&self, text: &str) -> String {
        self.rewrite(text, |service, id| match id {
            Some(id) => format!("{}/_aws/{service}/{id}", self.authority),
            None => self.authority.clone(),
        })
    }

    /// The same where only origins have a place: in headers of CORS and content security policies.
    pub(crate) fn localise_origins(&self, text: &str) -> String {
        self.rewrite(text, |_, _| self.authority.clone())
    }

    /// All texts in a value localised.
    pub(crate) fn localise_all(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.localise(text).into(),
            Value::Array(items) => items.iter().map(|item| self.localise_all(item)).collect(),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, field)| (name.clone(), self.localise_all(field)));
                Value::Object(fields.collect())
            }
            other => other.clone(),
        }
    }

    fn rewrite(&self, text: &str, place: impl Fn(&str, Option<&str>) -> String) -> String {
        let mut rewritten = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, url)) = first_url(rest) {
            rewritten.push_str(before);
            let (scheme, after) = url.split_once("://").unwrap_or((url, ""));
            let end = after.find(|c: char| !is_of_host(c)).unwrap_or(after.len());
            let (host, tail) = after.split_at(end);
            match self.served(host) {
                Some((service, id)) => {
                    let tail = behind_port(tail);
                    let scheme = if scheme == "wss" { "ws" } else { "http" };
                    let realtime = if host.contains(".appsync-realtime-api.") { "/realtime" } else { "" };
                    let at = place(service, id);
                    // The realtime host has one path, and here it is beside that of the queries.
                    let is_path = at.contains('/') && !realtime.is_empty();
                    rewritten.push_str(&format!("{scheme}://{at}"));
                    rest = if is_path {
                        rewritten.push_str(realtime);
                        tail.strip_prefix("/graphql").unwrap_or(tail)
                    } else {
                        tail
                    };
                }
                None => {
                    rewritten.push_str(&format!("{scheme}://{host}"));
                    rest = tail;
                }
            }
        }
        rewritten + rest
    }

    /// The service and the id that a host is, if it is served here.
    fn served<'a>(&self, host: &'a str) -> Option<(&'static str, Option<&'a str>)> {
        let mut labels = host.split('.');
        let (id, kind) = (labels.next()?, labels.next()?);
        if let Some(service) = AT_ROOT.into_iter().find(|service| *service == id)
            && kind == self.region
            && labels.clone().eq(["amazonaws", "com"])
        {
            return Some((service, None));
        }
        let (_, service) = HOSTS.iter().find(|(known, _)| *known == kind)?;
        let is_here = kind == "cloudfront" || labels.next()? == self.region;
        let is_aws = host.ends_with(".amazonaws.com")
            || host.ends_with(".on.aws")
            || host.ends_with(".cloudfront.net");
        (is_here && is_aws).then_some((*service, Some(id)))
    }
}

/// What comes after the port, if there is one: here it is another.
fn behind_port(tail: &str) -> &str {
    let Some(port) = tail.strip_prefix(':') else { return tail };
    let rest = port.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() < port.len() { rest } else { tail }
}

fn is_of_host(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '*')
}

/// What stands before the first URL, and all from there on.
fn first_url(text: &str) -> Option<(&str, &str)> {
    let at = ["https://", "wss://"].iter().filter_map(|scheme| text.find(scheme)).min()?;
    Some(text.split_at(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(Addresses::new("127.0.0.1:80", "eu-west-1").localise(text), expected);
    }

    fn check_origins(text: &str, expected: &str) {
        assert_eq!(Addresses::new("127.0.0.1:80", "eu-west-1").localise_origins(text), expected);
    }

    #[test]
    fn urls_of_what_is_served_here_are_rewritten() {
        check(
            "https://ab1.execute-api.eu-west-1.amazonaws.com/prod/notes",
            "http://127.0.0.1:80/_aws/execute-api/ab1/prod/notes",
        );
        check(
            "wss://ab1.execute-api.eu-west-1.amazonaws.com/dev",
            "ws://127.0.0.1:80/_aws/execute-api/ab1/dev",
        );
        check("https://ab1.lambda-url.eu-west-1.on.aws/", "http://127.0.0.1:80/_aws/lambda-url/ab1/");
        check("https://d1.cloudfront.net/create.html", "http://127.0.0.1:80/_aws/cloudfront/d1/create.html");
        check("https://cognito-identity.eu-west-1.amazonaws.com", "http://127.0.0.1:80");
    }

    #[test]
    fn queries_and_subscriptions_have_paths_beside_each_other() {
        check(
            "https://g.appsync-api.eu-west-1.amazonaws.com/graphql",
            "http://127.0.0.1:80/_aws/appsync/g/graphql",
        );
        check(
            "wss://g.appsync-realtime-api.eu-west-1.amazonaws.com/graphql",
            "ws://127.0.0.1:80/_aws/appsync/g/realtime",
        );
    }

    #[test]
    fn services_without_hosts_of_their_own_are_at_the_root() {
        check("https://sqs.eu-west-1.amazonaws.com/1/letters", "http://127.0.0.1:80/1/letters");
        check("https://dynamodb.eu-west-1.amazonaws.com", "http://127.0.0.1:80");
        for elsewhere in ["https://sqs.eu-west-1.example.com/", "https://sns.eu-west-1.amazonaws.com/"] {
            check(elsewhere, elsewhere);
        }
    }

    #[test]
    fn the_port_is_this_machines() {
        check("https://d1.cloudfront.net:443/a", "http://127.0.0.1:80/_aws/cloudfront/d1/a");
        check("https://d1.cloudfront.net: see there", "http://127.0.0.1:80/_aws/cloudfront/d1: see there");
        check_origins("https://d1.cloudfront.net:443", "http://127.0.0.1:80");
        check("https://example.com:443/", "https://example.com:443/");
    }

    #[test]
    fn everything_else_stays() {
        let elsewhere = "https://ab1.execute-api.us-west-2.amazonaws.com https://date.nager.at/x wss://";
        check(elsewhere, elsewhere);
        check("ab1.execute-api.eu-west-1.amazonaws.com", "ab1.execute-api.eu-west-1.amazonaws.com");
    }

    #[test]
    fn policies_name_origins_only() {
        check_origins(
            "connect-src 'self' wss://a.execute-api.eu-west-1.amazonaws.com https://*.lambda-url.eu-west-1.on.aws;",
            "connect-src 'self' ws://127.0.0.1:80 http://127.0.0.1:80;",
        );
        check_origins("https://d1.cloudfront.net", "http://127.0.0.1:80");
        check_origins("wss://g.appsync-realtime-api.eu-west-1.amazonaws.com", "ws://127.0.0.1:80");
    }
}
