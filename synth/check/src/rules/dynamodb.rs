//! DynamoDB tables: keys and their attributes, capacity, projections, time to live, streams.
//!
//! Source: [CreateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html).
//! Global tables (`AWS::DynamoDB::GlobalTable`) follow other rules for capacity and are checked for their keys only.

use stackwright_template::{Expr, LogicalId, Resource};

use super::{given, is_true};
use crate::finding::{EntryKind, Finding};
use crate::index::Index;
use crate::place::Place;
use crate::references::{Target, references};

const MOST_LOCAL_INDEXES: usize = 5;

/// Every table, and everyone who listens to one without a stream.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, resource) in index.of_type("AWS::DynamoDB::Table") {
        let mut table = Table { id, resource, findings };
        table.keys();
        table.capacity();
        table.projections();
        table.time_to_live();
    }
    for (id, resource) in index.of_type("AWS::DynamoDB::GlobalTable") {
        Table { id, resource, findings }.keys();
    }
    streams(index, findings);
}

/// The key of a table or of an index of it.
struct KeySchema<'t> {
    /// `None`: of the table itself.
    index: Option<&'t str>,
    place: String,
    /// Attribute and `HASH` or `RANGE`.
    keys: Vec<(&'t str, &'t str)>,
}

struct Table<'t, 'f> {
    id: LogicalId,
    resource: &'t Resource,
    findings: &'f mut Vec<Finding>,
}

impl<'t> Table<'t, '_> {
    fn report(&mut self, place: &str, message: String, hint: Option<String>) {
        let finding = Finding::of_resource(self.id, format!("Properties.{place}"), message);
        self.findings.push(finding.maybe_hint(hint));
    }

    fn indexes(&self, property: &'static str) -> Vec<(String, &'t Expr)> {
        let items = self.resource.property(property).and_then(Expr::as_list).unwrap_or_default();
        items.iter().enumerate().map(|(at, item)| (format!("{property}[{at}]"), item)).collect()
    }

    fn keys(&mut self) {
        let table = self.resource.property("KeySchema").and_then(key_schema);
        let table = table.map(|keys| KeySchema { index: None, place: "KeySchema".into(), keys });
        let global = self.index_keys("GlobalSecondaryIndexes");
        let local = self.index_keys("LocalSecondaryIndexes");
        if let Some(table) = &table {
            self.order(table);
            local.iter().for_each(|index| self.local(table, index));
        }
        global.iter().for_each(|index| self.first_is_hash(index));
        if local.len() > MOST_LOCAL_INDEXES {
            let message = format!(
                "`{}` has {} local indexes; DynamoDB takes {MOST_LOCAL_INDEXES}",
                self.id,
                local.len()
            );
            self.report("LocalSecondaryIndexes", message, None);
        }
        let all: Vec<&KeySchema<'_>> = table.iter().chain(&global).chain(&local).collect();
        self.names(&all);
        self.attributes(&all);
    }

    fn index_keys(&self, property: &'static str) -> Vec<KeySchema<'t>> {
        let keys = |(place, index): (String, &'t Expr)| {
            let name = index.field("IndexName").and_then(Expr::as_text)?;
            let keys = key_schema(index.field("KeySchema")?)?;
            Some(KeySchema { index: Some(name), place: format!("{place}.KeySchema"), keys })
        };
        self.indexes(property).into_iter().filter_map(keys).collect()
    }

    fn order(&mut self, schema: &KeySchema<'_>) {
        let kinds: Vec<&str> = schema.keys.iter().map(|(_, kind)| *kind).collect();
        if !matches!(kinds.as_slice(), ["HASH"] | ["HASH", "RANGE"]) {
            let message = format!("the key of {} is {}", self.owner(schema), kinds.join(", "));
            let hint = "the first key is HASH; a second one, if there is one, is RANGE".into();
            self.report(&schema.place, message, Some(hint));
        }
    }

    /// Global indexes may have several keys of each kind.
    fn first_is_hash(&mut self, schema: &KeySchema<'_>) {
        let kinds: Vec<&str> = schema.keys.iter().map(|(_, kind)| *kind).collect();
        if kinds.first() != Some(&"HASH") || !kinds.is_sorted() {
            let message = format!("the key of {} is {}", self.owner(schema), kinds.join(", "));
            self.report(&schema.place, message, Some("HASH keys come first, then RANGE keys".into()));
        }
    }

    fn local(&mut self, table: &KeySchema<'_>, index: &KeySchema<'_>) {
        self.order(index);
        let (own, of_table) = (index.keys.first(), table.keys.first());
        if own.map(|(name, _)| name) != of_table.map(|(name, _)| name) {
            let message = format!("{} does not start with the table's own HASH key", self.owner(index));
            let hint = "a local index sorts the items of one key anew; use a global index for another key";
            self.report(&index.place, message, Some(hint.into()));
        } else if table.keys.len() < 2 {
            let message = format!("`{}` has a local index but no RANGE key of its own", self.id);
            self.report(&index.place, message, Some("use a global index".into()));
        }
    }

    fn owner(&self, schema: &KeySchema<'_>) -> String {
        match schema.index {
            Some(index) => format!("index `{index}` of `{}`", self.id),
            None => format!("`{}`", self.id),
        }
    }

    fn names(&mut self, schemas: &[&KeySchema<'_>]) {
        for (at, schema) in schemas.iter().enumerate().filter(|(_, schema)| schema.index.is_some()) {
            if schemas[..at].iter().any(|other| other.index == schema.index) {
                let message = format!("there are two indexes called `{}`", schema.index.unwrap_or_default());
                self.report(&schema.place, message, None);
            }
        }
    }

    /// Every key is declared, and nothing else is.
    fn attributes(&mut self, schemas: &[&KeySchema<'_>]) {
        let Some(declared) = self.declared() else { return };
        for schema in schemas {
            for (name, _) in schema.keys.iter().filter(|(name, _)| !declared.contains(name)) {
                let keyed = match schema.index {
                    Some(index) => format!("index `{index}` is keyed by it"),
                    None => "it is keyed by it".into(),
                };
                let message = format!("`{}` has no attribute `{name}`, but {keyed}", self.id);
                let hint = format!("declare `{name}` in AttributeDefinitions with its type: S, N or B");
                self.report(&schema.place, message, Some(hint));
            }
        }
        if self.all_known(schemas.len()) {
            self.unused(&declared, schemas);
        }
    }

    fn declared(&self) -> Option<Vec<&'t str>> {
        let definitions =
            given(self.resource, "AttributeDefinitions").map_or(Some(&[][..]), Expr::as_list)?;
        definitions.iter().map(|definition| definition.field("AttributeName")?.as_text()).collect()
    }

    /// Whether the key of the table and of each index could be read, and nothing else uses attributes.
    fn all_known(&self, read: usize) -> bool {
        let lists = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
        let counts: Option<usize> = lists
            .iter()
            .map(|list| given(self.resource, list).map_or(Some(0), |list| list.as_list().map(<[_]>::len)))
            .sum();
        counts.is_some_and(|count| count + 1 == read) && given(self.resource, "VectorIndexes").is_none()
    }

    fn unused(&mut self, declared: &[&str], schemas: &[&KeySchema<'_>]) {
        let used = |name: &str| schemas.iter().any(|schema| schema.keys.iter().any(|(key, _)| *key == name));
        for (at, name) in declared.iter().enumerate().filter(|(_, name)| !used(name)) {
            let message = format!("`{}` declares the attribute `{name}`, which no key uses", self.id);
            let hint = "DynamoDB wants the attributes of keys declared, and no others".into();
            self.report(&format!("AttributeDefinitions[{at}]"), message, Some(hint));
        }
    }

    fn capacity(&mut self) {
        let mode = match given(self.resource, "BillingMode") {
            None => "PROVISIONED",
            Some(Expr::Text(mode)) => mode,
            Some(_) => return,
        };
        let table = (String::new(), given(self.resource, "ProvisionedThroughput").is_some(), None);
        let indexes = self.indexes("GlobalSecondaryIndexes").into_iter().map(|(place, index)| {
            let name = index.field("IndexName").and_then(Expr::as_text);
            (format!("{place}."), index.field("ProvisionedThroughput").is_some(), name)
        });
        for (place, has, name) in std::iter::once(table).chain(indexes).collect::<Vec<_>>() {
            let owner =
                name.map_or(format!("`{}`", self.id), |name| format!("index `{name}` of `{}`", self.id));
            let place = format!("{place}ProvisionedThroughput");
            if mode == "PAY_PER_REQUEST" && has {
                let message = format!("{owner} is billed per request, but has ProvisionedThroughput");
                self.report(&place, message, Some("leave it out, or bill it PROVISIONED".into()));
            } else if mode == "PROVISIONED" && !has {
                let message = format!("{owner} is billed for capacity, but has no ProvisionedThroughput");
                self.report(&place, message, Some("set it, or BillingMode: PAY_PER_REQUEST".into()));
            }
        }
    }

    fn projections(&mut self) {
        let mut indexes = self.indexes("GlobalSecondaryIndexes");
        indexes.extend(self.indexes("LocalSecondaryIndexes"));
        for (place, index) in indexes {
            let Some(projection) = index.field("Projection") else { continue };
            let Some(kind) = projection.field("ProjectionType").and_then(Expr::as_text) else { continue };
            let place = format!("{place}.Projection");
            match (kind, projection.field("NonKeyAttributes").is_some()) {
                ("INCLUDE", false) => {
                    let message = "a projection that is INCLUDE needs `NonKeyAttributes`".into();
                    self.report(&place, message, None);
                }
                ("ALL" | "KEYS_ONLY", true) => {
                    let message = format!("a projection that is {kind} cannot have `NonKeyAttributes`");
                    self.report(&place, message, Some("make it INCLUDE".into()));
                }
                _ => {}
            }
        }
    }

    fn time_to_live(&mut self) {
        let Some(setting) = given(self.resource, "TimeToLiveSpecification") else { return };
        if is_true(setting.field("Enabled")) && setting.field("AttributeName").is_none() {
            let message = format!("`{}` has time to live without the attribute that holds it", self.id);
            self.report("TimeToLiveSpecification", message, Some("set `AttributeName`".into()));
        }
    }
}

/// Attribute names and kinds, if all are literal.
fn key_schema(expr: &Expr) -> Option<Vec<(&str, &str)>> {
    expr.as_list()?
        .iter()
        .map(|item| Some((item.field("AttributeName")?.as_text()?, item.field("KeyType")?.as_text()?)))
        .collect()
}

/// `!GetAtt Table.StreamArn` of a table that has no stream.
fn streams(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, resource) in index.template.resources.iter() {
        let start = Place::Start("Properties");
        for (key, value) in &resource.properties {
            references(value, &start.field(key), &mut |reference, place| {
                if let Target::Attribute(table, Some("StreamArn")) = reference.target
                    && index.resources.get(&table).is_some_and(|table| is_without_stream(table))
                {
                    let message = format!("`{id}` uses the stream of `{table}`, which has none");
                    let finding = EntryKind::Resource.entry(id).finding(place, message);
                    findings.push(finding.hint(format!("set StreamSpecification of `{table}`")));
                }
            });
        }
    }
}

fn is_without_stream(resource: &Resource) -> bool {
    resource.kind == "AWS::DynamoDB::Table" && given(resource, "StreamSpecification").is_none()
}
