//! Mock integrations: preflights as templates declare them.

use std::collections::BTreeMap;

use stackwright_rest::rest::{Integration, Method, Mock, MockResponse, Passthrough};
use stackwright_rest::{Caller, Rest, Template};

use crate::surroundings::*;

fn templates(template: &str) -> BTreeMap<String, Template> {
    [("application/json".to_owned(), Template::parse(template).unwrap())].into()
}

fn response(
    status: u16,
    selection: Option<&str>,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> MockResponse {
    MockResponse {
        status,
        selection: selection.map(str::to_owned),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        templates: body.map(templates).unwrap_or_default(),
    }
}

async fn ask(mock: Mock, headers: &[(&str, &str)], body: &'static str) -> Answer {
    let (world, _) = world(ok);
    let rest = Rest::new(world);
    let mut api = api(&[]);
    api.resources = vec![resource("/notes/{id}", &["OPTIONS"], Method::new(Integration::Mock(mock)))];
    rest.define("abc", api);
    let sent = request("OPTIONS", "/notes/5?q=1", headers, body);
    Answer::of(rest.answer("abc", "prod", sent, Caller::Anonymous).await).await
}

#[tokio::test]
async fn a_preflight_has_the_headers_of_its_response() {
    let headers = [
        ("Access-Control-Allow-Origin", "'*'"),
        ("Access-Control-Allow-Methods", "'GET,POST,OPTIONS'"),
        ("Access-Control-Max-Age", "'3600'"),
    ];
    let mock = Mock {
        request_templates: templates(r#"{"statusCode":204}"#),
        responses: vec![response(204, None, &headers, None)],
        ..Mock::default()
    };
    let answer = ask(mock, &[("origin", "https://a.example")], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET,POST,OPTIONS"));
    assert_eq!(answer.header("access-control-max-age"), Some("3600"));
}

#[tokio::test]
async fn preflights_of_the_aws_cdk_with_several_origins_answer_the_one_that_asks() {
    let origins = "#set($origin = $input.params().header.get(\"Origin\"))\n\
        #if($origin == \"\") #set($origin = $input.params().header.get(\"origin\")) #end\n\
        #if($origin.matches(\"https://b.example\") || $origin.matches(\"https://c.example\"))\n  \
        #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)\n#end";
    let headers = [("Access-Control-Allow-Origin", "'https://a.example'"), ("Vary", "'Origin'")];
    let mock = Mock {
        request_templates: templates("{ statusCode: 200 }"),
        responses: vec![response(204, None, &headers, Some(origins))],
        ..Mock::default()
    };
    for (origin, allowed) in [
        ("https://a.example", "https://a.example"),
        ("https://b.example", "https://b.example"),
        ("https://c.example", "https://c.example"),
        ("https://evil.example", "https://a.example"),
    ] {
        let answer = ask(mock.clone(), &[("origin", origin)], "").await;
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin")),
            (204, Some(allowed)),
            "{origin}"
        );
    }
}

#[tokio::test]
async fn the_request_template_selects_the_response() {
    let mock = |template: &str| Mock {
        request_templates: templates(template),
        responses: vec![
            response(200, None, &[], Some("default")),
            response(
                404,
                Some("40\\d"),
                &[],
                Some(r#"{"id": "$input.params('id')", "q": "$input.params('q')"}"#),
            ),
        ],
        ..Mock::default()
    };
    let cases = [
        (r#"{"statusCode": 200}"#, 200, "default"),
        (r#"{"statusCode": 404}"#, 404, r#"{"id": "5", "q": "1"}"#),
        ("{'statusCode': '403'}", 404, r#"{"id": "5", "q": "1"}"#),
        ("#if($input.params('q') == '1'){\"statusCode\": 401}#end", 404, r#"{"id": "5", "q": "1"}"#),
        (r#"{"statusCode": 1404}"#, 200, "default"),
        (r#"{"status": 200}"#, 500, r#"{"message": "Internal server error"}"#),
        (r#"{"statusCode": "teapot"}"#, 500, r#"{"message": "Internal server error"}"#),
        ("$input.json('$.a[')", 500, r#"{"message": "Internal server error"}"#),
    ];
    for (template, status, body) in cases {
        let answer = ask(mock(template), &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{template}");
    }
}

#[tokio::test]
async fn without_a_response_for_the_rest_there_is_an_error() {
    let mock = Mock {
        request_templates: templates(r#"{"statusCode": 200}"#),
        responses: vec![response(404, Some("404"), &[], None)],
        ..Mock::default()
    };
    assert_eq!(ask(mock, &[], "").await.status, 500);
}

#[tokio::test]
async fn bodies_without_a_template_pass_or_are_refused() {
    let mock = |passthrough, template: Option<&str>| Mock {
        request_templates: template.map(templates).unwrap_or_default(),
        passthrough,
        responses: vec![response(200, None, &[], None)],
    };
    let cases = [
        (Passthrough::WhenNoMatch, Some("{}"), 200),
        (Passthrough::WhenNoMatch, None, 200),
        (Passthrough::WhenNoTemplates, None, 200),
        (Passthrough::WhenNoTemplates, Some("{}"), 415),
        (Passthrough::Never, None, 415),
    ];
    for (passthrough, template, status) in cases {
        let kind = [("content-type", "text/plain; charset=utf-8")];
        let answer = ask(mock(passthrough, template), &kind, r#"{"statusCode": 200}"#).await;
        assert_eq!(answer.status, status, "{passthrough:?} {template:?}");
    }
    let by_type = ask(
        mock(Passthrough::Never, Some(r#"{"statusCode": 200}"#)),
        &[("content-type", "application/json; charset=utf-8")],
        "x",
    )
    .await;
    assert_eq!(by_type.status, 200);
}
