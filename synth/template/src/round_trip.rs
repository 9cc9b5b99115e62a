//! Tests: what is written is read back, and written again gives the same bytes.

use crate::{Expr, LogicalId, Resource, Template};

fn with_property(value: Expr) -> Template {
    let mut template = Template::default();
    let properties = vec![("Value".into(), value)];
    let resource = Resource { kind: "AWS::SSM::Parameter".into(), properties, ..Resource::default() };
    template.resources.push(LogicalId::new("It"), resource);
    template
}

fn check(value: Expr, yaml: &str) {
    let template = with_property(value);
    let text = template.to_yaml().unwrap();
    assert!(text.contains(yaml), "{yaml:?} is not in\n{text}");
    let again = Template::read(&text).unwrap();
    assert_eq!(again, template, "read back from\n{text}");
    assert_eq!(again.to_yaml().unwrap(), text);
}

#[test]
fn functions_take_their_short_form() {
    check(Expr::reference("Table"), "Value: !Ref Table\n");
    check(Expr::GetAtt(LogicalId::new("Db"), "Endpoint.Port".into()), "Value: !GetAtt Db.Endpoint.Port\n");
    check(Expr::Sub("${A}-b".into(), vec![]), "Value: !Sub ${A}-b\n");
    check(Expr::call("Join", Expr::List(vec![",".into(), Expr::list(["a", "b"])])), "Value: !Join\n");
}

#[test]
fn a_function_of_a_function_takes_its_long_form() {
    let import = Expr::call("ImportValue", Expr::Sub("${Env}-vpc".into(), vec![]));
    check(import, "\"Fn::ImportValue\": !Sub ${Env}-vpc\n");
}

#[test]
fn a_long_form_behind_a_short_one_is_a_function_too() {
    for (yaml, inner) in [
        ("!Base64 {Ref: X}", Expr::reference("X")),
        ("!Base64 {'Fn::Sub': '${X}'}", Expr::Sub("${X}".into(), vec![])),
    ] {
        let text =
            format!("Resources: {{It: {{Type: 'AWS::SSM::Parameter', Properties: {{Value: {yaml}}}}}}}");
        assert_eq!(Template::read(&text).unwrap(), with_property(Expr::call("Base64", inner)), "{yaml}");
    }
}

#[test]
fn sub_with_variables_keeps_them() {
    let variables = vec![("Part0".into(), Expr::call("ImportValue", "X"))];
    check(Expr::Sub("${Part0}/x".into(), variables), "!Sub\n");
}

#[test]
fn texts_that_look_like_something_else_stay_texts() {
    for text in [
        "2012-10-17",
        "yes",
        "no",
        "on",
        "007",
        "1e3",
        "12:30:45",
        "null",
        "~",
        "",
        " x ",
        "a: b",
        "# c",
        "*",
    ] {
        check(Expr::text(text), "Value: ");
    }
}

#[test]
fn code_of_several_lines_is_a_literal_block() {
    check(Expr::text("a = 1\nif a:\n  b\n"), "Value: |\n");
}

#[test]
fn long_texts_are_not_folded() {
    check(Expr::text("word ".repeat(60).trim_end().to_owned()), "word word word");
}

#[test]
fn json_with_long_functions_reads_the_same() {
    let json = r#"{"Resources":{"It":{"Type":"T","DependsOn":["A","B"],"Properties":{
        "A":{"Fn::GetAtt":["X","Arn"]},"B":{"Ref":"Y"},"C":{"Fn::Join":["",["a",{"Ref":"Z"}]]}}}}}"#;
    let template = Template::read(json).unwrap();
    let resource = template.resources.get(LogicalId::new("It")).unwrap();
    assert_eq!(resource.property("A"), Some(&Expr::GetAtt(LogicalId::new("X"), "Arn".into())));
    assert_eq!(resource.property("B"), Some(&Expr::reference("Y")));
    assert_eq!(resource.depends_on.len(), 2);
}

#[test]
fn one_letter_words_are_no_booleans() {
    let template = Template::read("Resources: {It: {Type: T, Properties: {Kind: N, On: true}}}").unwrap();
    let resource = template.resources.get(LogicalId::new("It")).unwrap();
    assert_eq!(resource.property("Kind"), Some(&Expr::from("N")));
    assert_eq!(resource.property("On"), Some(&Expr::Bool(true)));
}

#[test]
fn wrong_shapes_say_where() {
    let error = Template::read("Resources:\n  Queue:\n    Properties: {}\n").unwrap_err();
    assert_eq!(error.to_string(), "Resources.Queue.Type must be given");
    let error = Template::read("Resources: []").unwrap_err();
    assert_eq!(error.to_string(), "Resources must be a map");
}
