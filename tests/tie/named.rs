//! Which resource an expression names, and which part of it an ARN does.
//!
//! Nothing is evaluated. What is written in a way that is not known here keeps its text, and so differs from every
//! documented call.

use stackwright::{Expr, LogicalId};

/// The logical ids that it refers to; `Api/ApiStage` for a stage's URL or ARN.
pub(crate) fn resource(expr: &Expr) -> String {
    match expr {
        Expr::Ref(id) | Expr::GetAtt(id, _) => id.to_string(),
        Expr::Sub(text, variables) => {
            let references = Expr::sub_references(text, variables);
            let own = references.filter(|(id, _)| !id.as_str().starts_with("AWS::"));
            own.map(|(id, attribute)| of_sub(id, attribute)).collect::<Vec<_>>().join("/")
        }
        // In quotes, as it is the name of nothing in this template.
        Expr::Text(text) => format!("`{text}`"),
        other => format!("{other:?}"),
    }
}

fn of_sub(id: LogicalId, attribute: Option<&str>) -> String {
    match attribute {
        None | Some("Arn") => id.to_string(),
        Some(other) => format!("{id}.{other}"),
    }
}

/// What an ARN adds to that of the whole resource, in the words of the documentation; empty for the whole.
pub(crate) fn part(arn: &Expr) -> String {
    match arn {
        Expr::GetAtt(_, attribute) => of_attribute(attribute),
        Expr::Sub(text, _) => of_path(text.rsplit('}').next().unwrap()),
        _ => String::new(),
    }
}

fn of_attribute(attribute: &str) -> String {
    match attribute {
        "Arn" => String::new(),
        "StreamArn" => "stream".to_owned(),
        other => other.to_owned(),
    }
}

/// What stands behind the last id.
fn of_path(path: &str) -> String {
    match path.split('/').collect::<Vec<_>>()[..] {
        // Sending is what the documentation means by managing connections.
        [""] | ["", "POST", "@connections", "*"] => String::new(),
        ["", "GET", "@connections", "*"] => "states".to_owned(),
        ["", "*"] => "objects".to_owned(),
        ["", "index", name] => format!("index {name}"),
        ["", "types", kind, "fields", name] => format!("field {kind}.{name}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expr: &Expr, expected: (&str, &str)) {
        assert_eq!((resource(expr).as_str(), part(expr).as_str()), expected);
    }

    #[track_caller]
    fn check_sub(text: &'static str, expected: (&str, &str)) {
        check(&Expr::Sub(text.into(), vec![]), expected);
    }

    #[test]
    fn a_whole_resource() {
        check(&Expr::reference("Notes"), ("Notes", ""));
        check(&Expr::GetAtt("Notes".into(), "Arn".into()), ("Notes", ""));
        check_sub("${Notes.Arn}", ("Notes", ""));
        check(&"*".into(), ("`*`", ""));
        check(&"Notes".into(), ("`Notes`", ""));
    }

    #[test]
    fn a_part_of_a_table_or_bucket() {
        check(&Expr::GetAtt("Notes".into(), "StreamArn".into()), ("Notes", "stream"));
        check_sub("${Notes.StreamArn}", ("Notes.StreamArn", ""));
        check_sub("${Notes.Arn}/index/ByTitle", ("Notes", "index ByTitle"));
        check_sub("${Files.Arn}/*", ("Files", "objects"));
        check_sub("${Files.Arn}/public/*", ("Files", "/public/*"));
    }

    #[test]
    fn a_stage_is_the_same_in_its_url_and_its_arn() {
        check_sub("https://${Api}.execute-api.${AWS::Region}.amazonaws.com/${Stage}", ("Api/Stage", ""));
        let arn = |path| format!("arn:aws:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{Api}}/{path}");
        let check_arn = |path, expected| check(&Expr::Sub(arn(path).into(), vec![]), expected);
        check_arn("${Stage}/POST/@connections/*", ("Api/Stage", ""));
        check_arn("${Stage}/GET/@connections/*", ("Api/Stage", "states"));
        check_arn("${Stage}/DELETE/@connections/*", ("Api/Stage", "/DELETE/@connections/*"));
        check_arn("*/POST/@connections/*", ("Api", "/*/POST/@connections/*"));
        check_arn("*", ("Api", "objects"));
    }

    #[test]
    fn a_field_of_a_graphql_api() {
        check(&Expr::GetAtt("Api".into(), "GraphQLUrl".into()), ("Api", "GraphQLUrl"));
        check_sub("${Api.Arn}/types/Mutation/fields/create", ("Api", "field Mutation.create"));
        check_sub("${Api.Arn}/types/Mutation/*", ("Api", "/types/Mutation/*"));
    }
}
