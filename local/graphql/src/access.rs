//! Which authorization modes open which field, as the schema's directives say.
//! Asks no policy: what IAM allows somebody is another question.
//!
//! Source: [using additional authorization modes](https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#using-additional-authorization-modes).

use std::collections::HashMap;

use apollo_compiler::schema::{Component, Directive, ExtendedType};
use apollo_compiler::{Name, Node, Schema};

use crate::Mode;

const DIRECTIVES: [(&str, Mode); 5] = [
    ("aws_api_key", Mode::ApiKey),
    ("aws_iam", Mode::Iam),
    ("aws_cognito_user_pools", Mode::CognitoUserPools),
    ("aws_oidc", Mode::OpenidConnect),
    ("aws_lambda", Mode::Lambda),
];

/// The modes that open each field.
#[derive(Debug)]
pub(crate) struct Access {
    default: Modes,
    types: HashMap<Name, TypeAccess>,
}

#[derive(Debug)]
struct TypeAccess {
    own: Modes,
    fields: HashMap<Name, Modes>,
}

/// A set of modes.
type Modes = Vec<Mode>;

impl Access {
    pub(crate) fn of(schema: &Schema, default: Mode) -> Access {
        let types = schema.types.iter().filter_map(|(name, ty)| match ty {
            ExtendedType::Object(object) => {
                let own = modes(object.directives.iter().map(Component::as_ref), default);
                let fields = object.fields.iter().map(|(name, field)| {
                    (name.clone(), modes(field.directives.iter().map(Node::as_ref), default))
                });
                let fields = fields.filter(|(_, modes)| !modes.is_empty()).collect();
                Some((name.clone(), TypeAccess { own, fields }))
            }
            _ => None,
        });
        Access { default: vec![default], types: types.collect() }
    }

    /// Whether the field is open to who came this way: as the field says, or else its type, or else the API.
    pub(crate) fn allows(&self, type_name: &str, field: &str, mode: Mode) -> bool {
        let of_type = self.types.get(type_name);
        let of_field = of_type.and_then(|of_type| of_type.fields.get(field));
        let own = of_type.map(|of_type| &of_type.own).filter(|modes| !modes.is_empty());
        of_field.or(own).unwrap_or(&self.default).contains(&mode)
    }
}

fn modes<'d>(directives: impl Iterator<Item = &'d Directive>, default: Mode) -> Modes {
    let known = |directive: &Directive| {
        let mode = DIRECTIVES.iter().find(|(name, _)| directive.name == *name).map(|(_, mode)| *mode);
        // `@aws_auth` is from the time when an API had one mode: it counts only where that is Cognito.
        let is_old = directive.name == "aws_auth" && default == Mode::CognitoUserPools;
        mode.or(is_old.then_some(Mode::CognitoUserPools))
    };
    directives.filter_map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::Access;
    use crate::Mode::{self, ApiKey, CognitoUserPools, Iam};
    use crate::schema;

    const SCHEMA: &str = "
        type Query { open: A, iam: A @aws_iam, both: A @aws_iam @aws_api_key, old: A @aws_auth(cognito_groups: [\"a\"]) }
        type A @aws_iam @aws_api_key { x: Int, y: Int @aws_iam }
        type B { x: Int }";

    #[track_caller]
    fn check(default: Mode, field: &str, expected: &[Mode]) {
        let access = Access::of(&schema::read(SCHEMA).unwrap(), default);
        let (type_name, field) = field.split_once('.').unwrap();
        let open: Vec<Mode> = [ApiKey, Iam, CognitoUserPools]
            .into_iter()
            .filter(|mode| access.allows(type_name, field, *mode))
            .collect();
        assert_eq!(open, expected, "{type_name}.{field}");
    }

    #[test]
    fn fields_say_more_than_types_and_types_more_than_the_api() {
        check(ApiKey, "Query.open", &[ApiKey]);
        check(ApiKey, "Query.iam", &[Iam]);
        check(ApiKey, "Query.both", &[ApiKey, Iam]);
        check(ApiKey, "A.x", &[ApiKey, Iam]);
        check(ApiKey, "A.y", &[Iam]);
        check(Iam, "B.x", &[Iam]);
    }

    #[test]
    fn the_old_directive_counts_with_cognito_alone() {
        check(ApiKey, "Query.old", &[ApiKey]);
        check(CognitoUserPools, "Query.old", &[CognitoUserPools]);
    }
}
