//! An API that is ready: its schema read, its resolvers tied to their data sources.
//! Holds no connections: those outlive a definition.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use apollo_compiler::ast::Value as Literal;
use apollo_compiler::collections::HashMap as CompilerMap;
use apollo_compiler::schema::{Implementers, ObjectType};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Schema};

use crate::access::Access;
use crate::code::Code;
use crate::definition::{DataSourceKind, Definition, Handling, Kind, Resolver};
use crate::document::{self, Rejected};
use crate::host::Host;
use crate::problem::{About, Problem};
use crate::schema;
use crate::{Introspection, Mode};

/// Queries that are kept parsed, and how long they may be, in bytes.
const KEPT: usize = 512;
const KEPT_LENGTH: usize = 16 << 10;

/// AppSync's most resolvers a request.
const RESOLVERS: usize = 10_000;

/// An API that is ready.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) id: String,
    pub(crate) definition: Definition,
    pub(crate) schema: Valid<Schema>,
    pub(crate) implementers: CompilerMap<Name, Implementers>,
    pub(crate) access: Access,
    plans: HashMap<String, HashMap<String, Plan>>,
    documents: Mutex<HashMap<String, Arc<Document>>>,
}

/// A request's document, parsed and valid.
pub(crate) type Document = Valid<ExecutableDocument>;

/// How a field comes to its value.
#[derive(Debug)]
pub(crate) enum Plan {
    Unit(Step),
    Pipeline {
        code: Arc<Code>,
        steps: Vec<Step>,
    },
    /// It cannot be run here, and why.
    Broken(String),
}

/// One question to a data source.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) data_source: String,
    pub(crate) source: Source,
    /// None for a Lambda function that gets the context itself.
    pub(crate) code: Option<Arc<Code>>,
}

/// What a step asks.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    None,
    Dynamodb { table: String },
    Lambda { function_arn: String },
}

impl Api {
    /// The API, and what of it does not work. None if its schema does not.
    pub(crate) fn new(id: String, definition: Definition, host: &Host) -> (Option<Api>, Vec<Problem>) {
        let schema = match schema::read(&definition.schema) {
            Ok(schema) => schema,
            Err(messages) => {
                return (None, messages.into_iter().map(|one| Problem::new(About::Schema, one)).collect());
            }
        };
        let mut problems = mode_problems(&definition);
        problems.extend(subscription_problems(&schema));
        let (plans, broken) = Plans { api: &id, definition: &definition, schema: &schema, host }.all();
        problems.extend(broken);
        let access = Access::of(&schema, definition.default_mode);
        let implementers = schema.implementers_map();
        let api = Api { id, definition, schema, implementers, access, plans, documents: Mutex::default() };
        (Some(api), problems)
    }

    /// How this field comes to its value; none for what its object already has.
    pub(crate) fn plan(&self, type_name: &str, field: &str) -> Option<&Plan> {
        self.plans.get(type_name)?.get(field)
    }

    pub(crate) fn has_introspection(&self) -> bool {
        self.definition.introspection == Introspection::Enabled
    }

    pub(crate) fn resolver_limit(&self) -> usize {
        if self.definition.resolver_limit == 0 { RESOLVERS } else { self.definition.resolver_limit }
    }

    /// The document of a query; the same for the same text, while it is remembered.
    pub(crate) fn document(&self, query: &str) -> Result<Arc<Document>, Rejected> {
        if let Some(known) = self.documents().get(query) {
            return Ok(Arc::clone(known));
        }
        let document = Arc::new(document::read(&self.schema, query)?);
        let mut documents = self.documents();
        if documents.len() >= KEPT {
            documents.clear();
        }
        if query.len() <= KEPT_LENGTH {
            documents.insert(query.to_owned(), Arc::clone(&document));
        }
        Ok(document)
    }

    fn documents(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Document>>> {
        // Nothing panics in the middle of a change.
        self.documents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The mutations that a field of `Subscription` is told of.
    pub(crate) fn mutations_of(&self, subscription: &str) -> Vec<String> {
        let fields = root(&self.schema, "subscription").and_then(|root| root.fields.get(subscription));
        let directive = fields.and_then(|field| field.directives.get("aws_subscribe"));
        let list = directive.and_then(|directive| directive.specified_argument_by_name("mutations"));
        let names = list.and_then(|list| list.as_list()).unwrap_or_default();
        names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
    }
}

fn root<'s>(schema: &'s Schema, operation: &str) -> Option<&'s ObjectType> {
    let roots = &schema.schema_definition;
    let name = if operation == "mutation" { &roots.mutation } else { &roots.subscription };
    schema.get_object(name.as_ref()?).map(|object| &**object)
}

fn mode_problems(definition: &Definition) -> Vec<Problem> {
    let modes = std::iter::once(&definition.default_mode).chain(&definition.additional_modes);
    let unknown = modes.filter(|mode| !matches!(mode, Mode::ApiKey | Mode::Iam));
    unknown
        .map(|mode| Problem::new(About::Mode(*mode), "not available here: nobody is let in this way"))
        .collect()
}

/// Mutations that subscriptions name and the schema does not have.
fn subscription_problems(schema: &Schema) -> Vec<Problem> {
    let Some(subscription) = root(schema, "subscription") else { return Vec::new() };
    let mutation = root(schema, "mutation");
    let mut problems = Vec::new();
    for (name, field) in &subscription.fields {
        let named =
            field.directives.get("aws_subscribe").and_then(|one| one.specified_argument_by_name("mutations"));
        let names = named.and_then(|list| list.as_list()).unwrap_or_default();
        let missing = names.iter().filter(|one| match one.as_ref() {
            Literal::String(one) => {
                !mutation.is_some_and(|mutation| mutation.fields.contains_key(one.as_str()))
            }
            _ => true,
        });
        let message =
            |one| format!("`Subscription.{name}` follows {one}, which is no field of the mutation type");
        problems.extend(missing.map(|one| Problem::new(About::Schema, message(one))));
    }
    problems
}

/// Ties resolvers to what they ask.
struct Plans<'d> {
    api: &'d str,
    definition: &'d Definition,
    schema: &'d Schema,
    host: &'d Host,
}

impl Plans<'_> {
    fn all(&self) -> (HashMap<String, HashMap<String, Plan>>, Vec<Problem>) {
        let mut plans: HashMap<String, HashMap<String, Plan>> = HashMap::new();
        let mut problems = self.source_problems();
        for resolver in &self.definition.resolvers {
            let plan = self.plan(resolver).unwrap_or_else(|message| {
                let (type_name, field) = (resolver.type_name.clone(), resolver.field.clone());
                problems.push(Problem::new(About::Resolver { type_name, field }, message.clone()));
                Plan::Broken(message)
            });
            plans.entry(resolver.type_name.clone()).or_default().insert(resolver.field.clone(), plan);
        }
        (plans, problems)
    }

    fn source_problems(&self) -> Vec<Problem> {
        let unknown = self.definition.data_sources.iter().filter_map(|source| match &source.kind {
            DataSourceKind::Other(kind) => {
                let message =
                    format!("{kind} is not available here; NONE, AMAZON_DYNAMODB and AWS_LAMBDA are");
                Some(Problem::new(About::DataSource(source.name.clone()), message))
            }
            _ => None,
        });
        unknown.collect()
    }

    fn plan(&self, resolver: &Resolver) -> Result<Plan, String> {
        let Resolver { type_name, field, .. } = resolver;
        if self.schema.type_field(type_name, field).is_err() {
            return Err(format!("the schema has no field `{type_name}.{field}`"));
        }
        let name = format!("{type_name}.{field}");
        match &resolver.kind {
            Kind::Unit { data_source } => {
                Ok(Plan::Unit(self.step(&name, data_source, &resolver.handling)?))
            }
            Kind::Pipeline { functions } => {
                let steps = functions.iter().map(|id| self.function(id)).collect::<Result<_, _>>()?;
                let code = self.code(&name, &resolver.handling)?;
                let code =
                    code.ok_or_else(|| "a pipeline has code of its own, and this has none".to_owned())?;
                Ok(Plan::Pipeline { code, steps })
            }
        }
    }

    fn function(&self, id: &str) -> Result<Step, String> {
        let function = self.definition.functions.iter().find(|function| function.id == id);
        let function = function.ok_or_else(|| format!("there is no function `{id}`"))?;
        self.step(id, &function.data_source, &function.handling)
            .map_err(|message| format!("function `{id}`: {message}"))
    }

    fn step(&self, name: &str, data_source: &str, handling: &Handling) -> Result<Step, String> {
        let known = self.definition.data_sources.iter().find(|known| known.name == data_source);
        let source = match known.map(|known| &known.kind) {
            Some(DataSourceKind::None) => Source::None,
            Some(DataSourceKind::Dynamodb { table }) => Source::Dynamodb { table: table.clone() },
            Some(DataSourceKind::Lambda { function_arn }) => {
                Source::Lambda { function_arn: function_arn.clone() }
            }
            Some(DataSourceKind::Other(kind)) => {
                return Err(format!(
                    "its data source `{data_source}` is of the type {kind}, which is not available here"
                ));
            }
            None => return Err(format!("there is no data source `{data_source}`")),
        };
        let code = self.code(name, handling)?;
        if code.is_none() && !matches!(source, Source::Lambda { .. }) {
            return Err(format!("it has no code, and `{data_source}` is no Lambda function"));
        }
        Ok(Step { data_source: data_source.to_owned(), source, code })
    }

    fn code(&self, name: &str, handling: &Handling) -> Result<Option<Arc<Code>>, String> {
        match handling {
            Handling::Direct => Ok(None),
            Handling::Velocity => {
                Err("mapping templates (VTL) are not run here; write it in JavaScript (runtime APPSYNC_JS)"
                    .to_owned())
            }
            Handling::Javascript(text) => {
                let code = Code::new(self.api.to_owned(), name.to_owned(), text.clone());
                code.check(self.host)
                    .map_or(Ok(Some(Arc::new(code))), |error| Err(format!("its code: {error}")))
            }
        }
    }
}
