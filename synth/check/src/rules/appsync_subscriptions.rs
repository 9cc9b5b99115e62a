//! Subscriptions of AppSync APIs: whether an event can ever reach them.
//!
//! Source: [real-time data](https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-data.html). A
//! subscription with a resolver may filter as it likes.

use stackwright_template::Resource;

use super::appsync_schema::Told;
use super::{given, text};
use crate::graphql::{Field, Schema, TypeUse, Value};
use crate::index::Index;
use crate::nearest::did_you_mean;

/// Every subscription against the mutations it names.
pub(super) fn check<'s>(
    index: &Index<'_>,
    resource: &Resource,
    schema: &Schema<'s>,
    told: &mut Told<'s, '_>,
) {
    let mutations = schema.root_fields("mutation");
    let mut rules = Subscriptions { index, resource, schema, mutations, told };
    schema.root_fields("subscription").into_iter().for_each(|subscription| rules.check(subscription));
}

struct Subscriptions<'a, 'i, 's, 'f> {
    index: &'a Index<'i>,
    resource: &'a Resource,
    schema: &'a Schema<'s>,
    mutations: Vec<&'a Field<'s>>,
    told: &'a mut Told<'s, 'f>,
}

impl<'s> Subscriptions<'_, '_, 's, '_> {
    fn check(&mut self, subscription: &Field<'s>) {
        for (name, at) in mutations(subscription) {
            let mutation = self.mutations.iter().copied().find(|mutation| mutation.name == name);
            match mutation {
                Some(mutation) => self.mutation(subscription, mutation, at),
                None => {
                    let hint = did_you_mean(name, self.mutations.iter().map(|mutation| mutation.name));
                    let message = format!("`{}` waits for `{name}`, which is no mutation", subscription.name);
                    self.told.report(at, message, hint);
                }
            }
        }
    }

    fn mutation(&mut self, subscription: &Field<'s>, mutation: &Field<'s>, at: usize) {
        let (announced, answered) = (written(&subscription.of), written(&mutation.of));
        if announced != answered {
            let message = format!(
                "`{}` is of the type {announced}, but its mutation `{}` answers {answered}",
                subscription.name, mutation.name
            );
            return self.told.report(
                at,
                message,
                Some("a subscription gets what its mutation answers".into()),
            );
        }
        if !self.may_filter(subscription) {
            self.arguments(subscription, mutation);
        }
    }

    /// Without a filter of its own, an argument is compared with the field of that name in the mutation's answer.
    fn arguments(&mut self, subscription: &Field<'s>, mutation: &Field<'s>) {
        let schema = self.schema;
        let names = || schema.fields(mutation.of.name).map(|field| field.name);
        if names().next().is_none() {
            return;
        }
        for argument in subscription.arguments.iter().filter(|it| names().all(|name| name != it.name)) {
            let message = format!(
                "`{}` can be asked for by `{}`, but `{}`, which `{}` answers, has no such field",
                subscription.name, argument.name, mutation.of.name, mutation.name
            );
            let near = did_you_mean(argument.name, names());
            let hint = near.unwrap_or_else(|| "add the field, or a resolver that sets a filter".into());
            self.told.report(argument.at, message, Some(hint));
        }
    }

    /// Whether the subscription has a resolver; where none of the API is here, it may be elsewhere.
    fn may_filter(&self, subscription: &Field<'s>) -> bool {
        let api = given(self.resource, "ApiId");
        let root = self.schema.root("subscription");
        let mut resolvers = self
            .index
            .of_type("AWS::AppSync::Resolver")
            .filter(|(_, it)| given(it, "ApiId") == api)
            .peekable();
        resolvers.peek().is_none()
            || self.index.expands
            || resolvers.any(|(_, it)| {
                let (of, field) = (text(it, "TypeName"), text(it, "FieldName"));
                (of.is_none() || of == root) && field.is_none_or(|name| name == subscription.name)
            })
    }
}

/// The mutations that `@aws_subscribe` names, and where.
fn mutations<'s>(subscription: &Field<'s>) -> Vec<(&'s str, usize)> {
    let directives = subscription.directives.iter().filter(|directive| directive.name == "aws_subscribe");
    let arguments = directives.flat_map(|directive| &directive.arguments);
    arguments.filter(|(name, _)| *name == "mutations").flat_map(|(_, value)| texts(value)).collect()
}

fn texts<'s>(value: &Value<'s>) -> Vec<(&'s str, usize)> {
    match value {
        Value::Text(text, at) => vec![(text, *at)],
        Value::List(items) => items.iter().flat_map(texts).collect(),
        Value::Other => Vec::new(),
    }
}

/// The type as one writes it, whether it may be null aside.
fn written(of: &TypeUse<'_>) -> String {
    format!("{}{}{}", "[".repeat(of.lists), of.name, "]".repeat(of.lists))
}
