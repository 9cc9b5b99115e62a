//! AppSync APIs: resolvers and the fields they are for, functions, data sources.
//!
//! Source: [resolvers](https://docs.aws.amazon.com/appsync/latest/devguide/resolver-components.html). What a resolver
//! names must belong to its API and exist before it does.

use std::collections::HashMap;

use stackwright_template::{Expr, LogicalId, Resource};

use super::{duplicates, given, source, text};
use crate::cycles::waits_for;
use crate::finding::Finding;
use crate::graphql::{Schema, TypeKind, parse};
use crate::index::Index;
use crate::nearest::did_you_mean;

/// Every resolver, function and data source.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut rules = Rules { index, findings };
    rules.twice();
    let schemas = schemas(index);
    for (id, resolver) in index.of_type("AWS::AppSync::Resolver") {
        let schema = given(resolver, "ApiId").and_then(|api| schemas.get(&format!("{api:?}")));
        if let Some((schema_id, schema)) = schema {
            rules.waits(id, *schema_id);
            schema.iter().for_each(|schema| rules.field(id, resolver, *schema_id, schema));
        }
        rules.kind(id, resolver);
        rules.source(id, resolver);
        rules.functions(id, resolver);
    }
    for (id, function) in index.of_type("AWS::AppSync::FunctionConfiguration") {
        rules.source(id, function);
    }
}

type Schemas<'t> = HashMap<String, (LogicalId, Option<Schema<'t>>)>;

/// The schema of each API, by how its id is written; without its types if they are not known here.
fn schemas<'t>(index: &Index<'t>) -> Schemas<'t> {
    let schemas = index.of_type("AWS::AppSync::GraphQLSchema");
    let of_api = |(id, resource): (LogicalId, &'t Resource)| {
        let schema = source(resource, "Definition").and_then(|source| parse(source).ok());
        Some((format!("{:?}", given(resource, "ApiId")?), (id, schema)))
    };
    schemas.filter_map(of_api).collect()
}

/// What a schema lacks of a type and its field: the property of a resolver that names it, message and hint.
pub(super) fn lacking(
    id: LogicalId,
    schema: &Schema<'_>,
    of: &str,
    field: Option<&str>,
) -> Option<(&'static str, String, Option<String>)> {
    if schema.named(of).next().is_none() {
        let objects = schema.types.iter().filter(|it| it.kind == TypeKind::Object).map(|it| it.name);
        return Some(("TypeName", format!("`{id}` has no type `{of}`"), did_you_mean(of, objects)));
    }
    let field = field.filter(|field| schema.fields(of).all(|it| it.name != *field))?;
    let hint = did_you_mean(field, schema.fields(of).map(|it| it.name));
    Some(("FieldName", format!("the type `{of}` of `{id}` has no field `{field}`"), hint))
}

struct Rules<'i, 't, 'f> {
    index: &'i Index<'t>,
    findings: &'f mut Vec<Finding>,
}

impl<'t> Rules<'_, 't, '_> {
    fn report(&mut self, id: LogicalId, place: &str, message: String, hint: Option<String>) {
        let finding = Finding::of_resource(id, format!("Properties.{place}"), message);
        self.findings.push(finding.maybe_hint(hint));
    }

    fn twice(&mut self) {
        let part = |resolver, name| given(resolver, name);
        let key = |it| Some(vec![part(it, "ApiId")?, part(it, "TypeName")?, part(it, "FieldName")?]);
        let mut found = Vec::new();
        duplicates(self.index.of_type("AWS::AppSync::Resolver"), key, |id, _, first| found.push((id, first)));
        for (id, first) in found {
            let message = format!("`{id}` and `{first}` are resolvers of the same field");
            self.report(id, "FieldName", message, Some("put them into one, as a pipeline if need be".into()));
        }
    }

    /// The schema is there when the resolver is made.
    fn waits(&mut self, id: LogicalId, schema: LogicalId) {
        if !waits_for(self.index, id).contains(&schema) {
            let message = format!("`{id}` does not wait for `{schema}`, so its field may not be there yet");
            let finding = Finding::of_resource(id, "DependsOn", message);
            self.findings.push(finding.hint(format!("add `{schema}` to DependsOn")));
        }
    }

    /// The field is in the schema.
    fn field(&mut self, id: LogicalId, resolver: &'t Resource, schema_id: LogicalId, schema: &Schema<'_>) {
        let Some(of) = text(resolver, "TypeName") else { return };
        if let Some((place, message, hint)) = lacking(schema_id, schema, of, text(resolver, "FieldName")) {
            self.report(id, place, message, hint);
        }
    }

    /// A resolver of one data source, or of a pipeline.
    fn kind(&mut self, id: LogicalId, resolver: &'t Resource) {
        let kind = given(resolver, "Kind");
        let (source, pipeline) = (given(resolver, "DataSourceName"), given(resolver, "PipelineConfig"));
        match kind.map_or(Some("UNIT"), Expr::as_text) {
            Some("UNIT") if pipeline.is_some() => {
                let message = format!("`{id}` has a pipeline, but is a resolver of one data source");
                self.report(id, "Kind", message, Some("set Kind: PIPELINE".into()));
            }
            Some("UNIT") if source.is_none() => {
                let message = format!("`{id}` needs `DataSourceName`");
                let hint = "set it, or Kind: PIPELINE and PipelineConfig; a source of the type NONE answers by itself";
                self.report(id, "DataSourceName", message, Some(hint.into()));
            }
            Some("PIPELINE") if pipeline.is_none() => {
                let message = format!("`{id}` is a pipeline and needs `PipelineConfig`");
                self.report(id, "PipelineConfig", message, Some("name its functions there, in order".into()));
            }
            _ => {}
        }
    }

    fn source(&mut self, id: LogicalId, resource: &'t Resource) {
        let Some(name) = given(resource, "DataSourceName") else { return };
        match name {
            Expr::Text(name) => self.source_by_name(id, resource, name),
            _ => self.belongs(id, resource, name, ("DataSourceName", "AWS::AppSync::DataSource", "Name")),
        }
    }

    /// A name in text: the data source must be there before, and if it is not here it must be able to be elsewhere.
    fn source_by_name(&mut self, id: LogicalId, resource: &'t Resource, name: &str) {
        let sources = self.sources(given(resource, "ApiId"));
        match sources.iter().find(|(_, its)| *its == Some(name)) {
            Some((source, _)) if waits_for(self.index, id).contains(source) => {}
            Some((source, _)) => {
                let message = format!("`{id}` does not wait for `{source}`, so it may not be there yet");
                self.report(id, "DataSourceName", message, Some(format!("write `!GetAtt {source}.Name`")));
            }
            None if self.are_all(resource, &sources) => {
                let message = format!("the API of `{id}` has no data source {name:?}");
                let hint = did_you_mean(name, sources.iter().filter_map(|(_, its)| *its));
                self.report(id, "DataSourceName", message, hint);
            }
            None => {}
        }
    }

    /// The data sources that may be of that API, each with its name if that is known here.
    fn sources(&self, api: Option<&'t Expr>) -> Vec<(LogicalId, Option<&'t str>)> {
        let of_another =
            |its: Option<&'t Expr>| its != api && its.is_some_and(|its| self.index.referred(its).is_some());
        let all = self.index.of_type("AWS::AppSync::DataSource");
        let may_be = all.filter(|(_, source)| !of_another(given(source, "ApiId")));
        may_be.map(|(id, source)| (id, text(source, "Name"))).collect()
    }

    /// Whether these are all data sources that the API can have: it is of this template, and nothing adds to it.
    fn are_all(&self, resource: &'t Resource, sources: &[(LogicalId, Option<&'t str>)]) -> bool {
        let here = given(resource, "ApiId").is_some_and(|api| self.index.referred(api).is_some());
        let nested = self.index.of_type("AWS::CloudFormation::Stack").next().is_some();
        here && !nested && !self.index.expands && sources.iter().all(|(_, name)| name.is_some())
    }

    fn functions(&mut self, id: LogicalId, resolver: &'t Resource) {
        let functions = given(resolver, "PipelineConfig").and_then(|pipeline| pipeline.field("Functions"));
        for (at, function) in functions.and_then(Expr::as_list).unwrap_or_default().iter().enumerate() {
            let place = format!("PipelineConfig.Functions[{at}]");
            let wanted = (place.as_str(), "AWS::AppSync::FunctionConfiguration", "FunctionId");
            self.belongs(id, resolver, function, wanted);
        }
    }

    /// What is referred to is of that type, by that attribute, and of the same API.
    fn belongs(&mut self, id: LogicalId, from: &'t Resource, to: &'t Expr, wanted: (&str, &str, &str)) {
        let (place, kind, attribute) = wanted;
        let Some((other, target)) = self.index.referred(to) else { return };
        if target.kind != kind {
            return;
        }
        if matches!(to, Expr::Ref(_)) {
            let message = format!("`!Ref {other}` is the ARN of `{other}`, not its {attribute}");
            return self.report(id, place, message, Some(format!("write `!GetAtt {other}.{attribute}`")));
        }
        if let (Some(own), Some(its)) = (given(from, "ApiId"), given(target, "ApiId"))
            && own != its
            && self.index.referred(own).is_some()
            && self.index.referred(its).is_some()
        {
            self.report(id, place, format!("`{id}` names `{other}`, which belongs to another API"), None);
        }
    }
}
