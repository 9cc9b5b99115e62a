//! What templates make of values, and which texts are no templates.
#![allow(clippy::unwrap_used)]

use serde_json::json;

use super::render::Overrides;
use super::*;

fn scope() -> Scope {
    let input = Input {
        body: r#"{"a": {"b": [1, {"c": "it's \"x\""}]}, "n": null}"#.to_owned(),
        path: [("id".to_owned(), json!("5"))].into_iter().collect(),
        query: [("id".to_owned(), json!("6")), ("q".to_owned(), json!("z"))].into_iter().collect(),
        headers: [("origin".to_owned(), json!("https://b.example"))].into_iter().collect(),
    };
    Scope::new(
        input,
        json!({ "httpMethod": "GET", "identity": { "sourceIp": "127.0.0.1" } }),
        json!({ "v": "w" }),
    )
}

#[track_caller]
fn check(template: &str, expected: &str) {
    let made = Template::parse(template).map_err(|error| error.to_string());
    let made = made.and_then(|template| scope().render(&template).map_err(|error| error.to_string()));
    assert_eq!(made, Ok(expected.to_owned()), "{template}");
}

#[track_caller]
fn refused(template: &str, fault: &str) {
    let error = match Template::parse(template) {
        Ok(template) => scope().render(&template).unwrap_err().to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(error, fault, "{template}");
}

#[test]
fn text_is_left_alone() {
    for text in ["", r#"{"statusCode": 200}"#, "{ statusCode: 204 }", "#fff costs 5$ or $ 6", "a # b", "é"] {
        check(text, text);
    }
}

#[test]
fn references_are_replaced_where_there_is_something() {
    check("$context.httpMethod from ${context.identity.sourceIp}.", "GET from 127.0.0.1.");
    check("$stageVariables.v$stageVariables.get('v')", "ww");
    check("$nothing $context.nothing $!nothing.at.all.", "$nothing $context.nothing .");
}

#[test]
fn input_is_body_paths_and_parameters() {
    check("$input.path('$.a.b[1].c')", r#"it's "x""#);
    check("$input.json('$.a.b')", r#"[1,{"c":"it's \"x\""}]"#);
    check("$input.json('$.n') $input.json(\"$['a']['b'][0]\") $input.json('$.none')", "null 1 null");
    check(
        "$input.params('id') $input.params('q') $input.params('Origin') [$input.params('none')]",
        "5 z https://b.example []",
    );
    check("$input.params().querystring.id $input.params().header.get('Origin')", "6 https://b.example");
    check("#foreach($kind in $input.params().keySet())[$kind]#end", "[header][path][querystring]");
    refused("$input.json('$..a')", "paths are like `$.a[0]['b']`, got `$..a`");
}

#[test]
fn variables_are_set_and_conditions_followed() {
    check("#set($a = 1)\n#set($b = \"<$a>\")\n$a$b", "1<1>");
    check("#set($a = 1)#set($a = $nothing)$a", "1");
    check("#set($m = {'k': [1, 2]})$m.k[1]$m.get('k').size()", "22");
    check("#if($stageVariables.v == 'w')yes#{else}no#end", "yes");
    check("#if($x)1#elseif(!$x && 2 > 1)2#else 3#end", "2");
    check("#if(false || ($x == 1))1#end.", ".");
    check("#if($stageVariables.v eq 'w' and 1 lt 2)1#end", "1");
    check("#set($a = 1 + 2 * 3 - 4 / 2)$a", "5");
    check("#set($a = 'it''s')$a", "it's");
    check("#foreach($i in [1..3])$i$foreach.count#if($foreach.hasNext),#end#end", "11,22,33");
    check("#set($l = [])#set($x = $l.add('a'))$l.size() $l", "1 [a]");
    check("a## comment\nb#* more\n *#c", "abc");
}

#[test]
fn methods_do_what_those_of_java_do() {
    check(
        "#set($t = 'a,b,,')$t.split(',').size() $t.replaceAll('[ab]', 'x') $t.substring(0, 3)",
        "2 x,x,, a,b",
    );
    check(
        "#set($t = 'abc')$t.matches('a.c') $t.matches('a') $t.length() $t.indexOf('c') $t.indexOf('d')",
        "true false 3 2 -1",
    );
    check("$util.escapeJavaScript($input.path('$.a.b[1].c'))", r#"it\'s \"x\""#);
    check(
        "$util.base64Encode('ab') $util.base64Decode('YWI=') $util.urlEncode('a b/ü') $util.urlDecode('a+b%2F')",
        "YWI= ab a+b%2F%C3%BC a b/",
    );
    check("#set($o = $util.parseJson('{\"k\": [1]}'))$o.k[0] $o", "1 {k=[1]}");
    refused("$stageVariables.v.getClass()", "there is no method `getClass` with 0 arguments here");
    refused("$util.qr(1)", "`$util` has no method `qr`");
}

#[test]
fn the_preflights_of_the_aws_cdk_set_the_origin() {
    let template = Template::parse(
        "#set($origin = $input.params().header.get(\"Origin\"))\n\
         #if($origin == \"\") #set($origin = $input.params().header.get(\"origin\")) #end\n\
         #if($origin.matches(\"https://a.example\") || $origin.matches(\"https://b.example\"))\n  \
         #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)\n\
         #end",
    );
    let mut scope = scope();
    scope.render(&template.unwrap()).unwrap();
    let origin = ("Access-Control-Allow-Origin".to_owned(), "https://b.example".to_owned());
    assert_eq!(scope.overrides(), Overrides { status: None, headers: [origin].into() });
}

#[test]
fn overrides_can_be_put_and_wrong_ones_do_not_count() {
    let mut scope = scope();
    let put = "$context.responseOverride.header.put('X', \"1\")#set($context.responseOverride.status = 201)";
    scope.render(&Template::parse(put).unwrap()).unwrap();
    assert_eq!(
        scope.overrides(),
        Overrides { status: Some(201), headers: [("X".into(), "1".into())].into() }
    );
    scope.render(&Template::parse("#set($context.responseOverride.status = 'teapot')").unwrap()).unwrap();
    assert_eq!(scope.overrides().status, None);
}

#[test]
fn what_is_no_template_is_refused_with_its_line() {
    refused("\n#if($a)", "line 2 of the mapping template: `#if` has no `#end`");
    refused(
        "#end",
        "line 1 of the mapping template: `#end` or `#else` without an `#if` or `#foreach` before it",
    );
    refused("#set($a)", "line 1 of the mapping template: `#set` takes `=` after its variable");
    refused("#set($a = 'b)", "line 1 of the mapping template: a text has no ' at its end");
    refused("#macro(x)#end", "line 1 of the mapping template: `#macro` is not supported");
    refused(
        "#foreach($i of $l)#end",
        "line 1 of the mapping template: `#foreach` takes a variable and what it goes through, as in `#foreach($item in $items)`",
    );
    refused(&"#if(1)".repeat(60), "line 1 of the mapping template: more than 50 blocks in each other");
    refused(
        &format!("#set($a = {}1)", "(".repeat(60)),
        "line 1 of the mapping template: more than 50 brackets in each other",
    );
    refused(
        &format!("#set($a = {}1)", "!".repeat(9000)),
        "line 1 of the mapping template: more than 50 negations in a row",
    );
}

#[test]
fn endless_templates_end() {
    let loops = "#foreach($a in [1..1000])#foreach($b in [1..1000])#end#end";
    refused(loops, "`#foreach` goes round more than 100000 times");
    refused("#set($a = [1..999999])", "a range has more than 100000 numbers");
    let doubling = "#set($a = 'aaaaaaaaaaaaaaaa')#foreach($i in [1..40])#set($a = \"$a$a\")#end";
    refused(doubling, "a mapping template makes more than 10485760 bytes");
}

#[test]
fn no_text_makes_a_template_fall_over() {
    const PIECES: [&str; 40] = [
        "#set(",
        "#if(",
        "#foreach(",
        "#else",
        "#elseif(",
        "#end",
        "#{else}",
        "##",
        "#*",
        "*#",
        "$a",
        "$!a",
        "${a",
        "}",
        "$input.",
        "params(",
        "json('$",
        ".b",
        "[0]",
        "[",
        "]",
        "{",
        "'",
        "\"",
        "(",
        ")",
        "=",
        "==",
        "&&",
        "!",
        "-",
        "1",
        "..",
        ",",
        ":",
        " in ",
        "é",
        "\n",
        "$util.parseJson(",
        "$context.responseOverride.header.put(",
    ];
    let mut random = fastrand::Rng::with_seed(4);
    for _ in 0..20_000 {
        let text: String = (0..random.usize(1..20)).map(|_| PIECES[random.usize(..PIECES.len())]).collect();
        if let Ok(template) = Template::parse(&text) {
            drop(scope().render(&template));
        }
    }
}
