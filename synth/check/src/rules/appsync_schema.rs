//! Schemas of AppSync APIs: what they name must exist, and subscriptions must match their mutations.
//!
//! Source: [designing a GraphQL API](https://docs.aws.amazon.com/appsync/latest/devguide/designing-a-graphql-api.html),
//! [authorization directives](https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html). A definition that
//! is computed or lies in a bucket is not looked at. Subscriptions are the concern of `appsync_subscriptions`.

use stackwright_template::{Expr, LogicalId, Resource};

use super::{appsync_subscriptions, given, source, text};
use crate::finding::Finding;
use crate::graphql::{Directive, Field, Schema, Type, TypeKind, TypeUse, parse};
use crate::index::Index;
use crate::nearest::did_you_mean;
use crate::position::Position;

/// Source: [scalar types](https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html).
const SCALARS: [&str; 14] = [
    "AWSDate",
    "AWSDateTime",
    "AWSEmail",
    "AWSIPAddress",
    "AWSJSON",
    "AWSPhone",
    "AWSTime",
    "AWSTimestamp",
    "AWSURL",
    "Boolean",
    "Float",
    "ID",
    "Int",
    "String",
];

/// Directives, and the mode of authorization that each is for.
const AUTHORIZATION: [(&str, &str); 6] = [
    ("aws_api_key", "API_KEY"),
    ("aws_auth", "AMAZON_COGNITO_USER_POOLS"),
    ("aws_cognito_user_pools", "AMAZON_COGNITO_USER_POOLS"),
    ("aws_iam", "AWS_IAM"),
    ("aws_lambda", "AWS_LAMBDA"),
    ("aws_oidc", "OPENID_CONNECT"),
];
const OTHER_DIRECTIVES: [&str; 2] = ["aws_publish", "aws_subscribe"];

/// Every schema whose text is known.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, resource) in index.of_type("AWS::AppSync::GraphQLSchema") {
        let Some(source) = source(resource, "Definition") else { continue };
        let mut told = Told { id, source, findings };
        match parse(source) {
            Err(mistake) => told.report(mistake.at, mistake.message, None),
            Ok(schema) => {
                let modes = given(resource, "ApiId").and_then(|api| modes(index.referred(api)?.1));
                Rules { schema: &schema, modes, told: &mut told }.check();
                appsync_subscriptions::check(index, resource, &schema, &mut told);
            }
        }
    }
}

/// What is found in one schema.
pub(super) struct Told<'s, 'f> {
    id: LogicalId,
    source: &'s str,
    findings: &'f mut Vec<Finding>,
}

impl Told<'_, '_> {
    /// A mistake at that byte of the definition.
    pub(super) fn report(&mut self, at: usize, message: String, hint: Option<String>) {
        let message = format!("{}: {message}", Position::of(self.source, at));
        self.whole(message, hint);
    }

    /// A mistake of the definition as a whole.
    fn whole(&mut self, message: String, hint: Option<String>) {
        let finding = Finding::of_resource(self.id, "Properties.Definition", message);
        self.findings.push(finding.maybe_hint(hint));
    }
}

/// The modes of authorization that an API has, if all are known here.
fn modes(api: &Resource) -> Option<Vec<&str>> {
    let mut modes = vec![text(api, "AuthenticationType")?];
    let more = match given(api, "AdditionalAuthenticationProviders") {
        Some(providers) => providers.as_list()?,
        None => &[],
    };
    for provider in more {
        modes.push(provider.field("AuthenticationType").and_then(Expr::as_text)?);
    }
    Some(modes)
}

struct Rules<'a, 's, 'f> {
    schema: &'a Schema<'s>,
    modes: Option<Vec<&'s str>>,
    told: &'a mut Told<'s, 'f>,
}

impl<'s> Rules<'_, 's, '_> {
    fn check(&mut self) {
        let schema = self.schema;
        self.roots();
        for (at, one) in schema.types.iter().enumerate() {
            if !one.extends && schema.types[..at].iter().any(|other| !other.extends && other.name == one.name)
            {
                self.told.report(one.at, format!("the type `{}` is defined twice", one.name), None);
            }
            self.directives(&one.directives);
            one.uses.iter().for_each(|used| self.exists(used));
            self.fields(one);
        }
    }

    fn roots(&mut self) {
        let schema = self.schema;
        schema.roots.iter().for_each(|(_, used)| self.exists(used));
        let query = schema.root("query");
        if schema.roots.is_empty() && query.is_none_or(|name| schema.named(name).next().is_none())
            || query.is_none()
        {
            let hint = "a schema has a type `Query` with one field at least";
            self.told.whole("the schema has no queries".into(), Some(hint.into()));
        }
    }

    fn fields(&mut self, of: &Type<'s>) {
        for (at, field) in of.fields.iter().enumerate() {
            if of.fields[..at].iter().any(|other| other.name == field.name) {
                let message = format!("`{}` has two fields `{}`", of.name, field.name);
                self.told.report(field.at, message, None);
            }
            self.field(field, of.kind == TypeKind::Input);
            field.arguments.iter().for_each(|argument| self.field(argument, true));
        }
    }

    /// What comes in is made of scalars, enums and inputs; what goes out is made of anything else.
    fn field(&mut self, field: &Field<'s>, comes_in: bool) {
        self.exists(&field.of);
        self.directives(&field.directives);
        let Some(of) = self.schema.named(field.of.name).next() else { return };
        let (fits, hint) = match of.kind {
            TypeKind::Input => (comes_in, "declare a `type` for what is answered"),
            TypeKind::Scalar | TypeKind::Enum => (true, ""),
            _ => (!comes_in, "declare an `input` for what is sent"),
        };
        if !fits {
            let message = format!("`{}` cannot be of the type `{}`", field.name, of.name);
            self.told.report(field.of.at, message, Some(hint.into()));
        }
    }

    fn exists(&mut self, used: &TypeUse<'s>) {
        let schema = self.schema;
        if SCALARS.contains(&used.name) || schema.named(used.name).next().is_some() {
            return;
        }
        let names = schema.types.iter().map(|it| it.name).chain(SCALARS);
        let hint = did_you_mean(used.name, names);
        self.told.report(used.at, format!("there is no type `{}`", used.name), hint);
    }

    fn directives(&mut self, directives: &[Directive<'s>]) {
        let schema = self.schema;
        let ours = || directives.iter().filter(|directive| !schema.directives.contains(&directive.name));
        let mode = |directive: &Directive<'s>| {
            AUTHORIZATION.iter().find(|(name, _)| *name == directive.name).map(|(_, mode)| *mode)
        };
        ours().filter(|directive| mode(directive).is_none()).for_each(|directive| self.directive(directive));
        let Some(modes) = self.modes.clone() else { return };
        let ways: Vec<_> = ours().filter_map(|directive| Some((directive, mode(directive)?))).collect();
        if !ways.iter().any(|(_, mode)| modes.contains(mode)) {
            ways.iter().for_each(|(directive, mode)| self.no_way_in(directive, mode, &modes));
        }
        if modes.len() > 1 {
            ways.iter().for_each(|(directive, _)| self.groups(directive));
        }
    }

    /// Directives only for modes that the API does not have let nobody in.
    fn no_way_in(&mut self, directive: &Directive<'s>, mode: &str, modes: &[&str]) {
        let message = format!("`@{}` is for {mode}, but the API has {}", directive.name, modes.join(", "));
        let hint = format!("add {mode} to AdditionalAuthenticationProviders of the API");
        self.told.report(directive.at, message, Some(hint));
    }

    /// With more than one mode AppSync does not look at `@aws_auth`, and lets every user in.
    fn groups(&mut self, directive: &Directive<'s>) {
        if directive.name == "aws_auth" {
            let message = "`@aws_auth` counts only where AMAZON_COGNITO_USER_POOLS is the only mode".into();
            self.told.report(directive.at, message, Some("write `@aws_cognito_user_pools`".into()));
        }
    }

    /// A directive of AWS that AWS does not have.
    fn directive(&mut self, directive: &Directive<'s>) {
        let known = || AUTHORIZATION.iter().map(|(name, _)| *name).chain(OTHER_DIRECTIVES);
        if directive.name.starts_with("aws_") && known().all(|name| name != directive.name) {
            let message = format!("AppSync has no directive `@{}`", directive.name);
            self.told.report(directive.at, message, did_you_mean(directive.name, known()));
        }
    }
}
