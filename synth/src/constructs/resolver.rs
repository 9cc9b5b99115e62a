//! [`Resolver`], [`PipelineResolver`] and [`ResolverFunction`]: what answers a field of a GraphQL API.
//!
//! Their code is JavaScript for AppSync's runtime `APPSYNC_JS`, in files. Mapping templates, batches and caches are
//! left to L1.

use stackwright_cfn::appsync as l1;
use stackwright_cfn::appsync::{function_configuration as functions, resolver as types};
use stackwright_core::{Construct, Declared, Problem, Scope, Value};

use super::{Adjustments, DataSourceHandle, GraphqlApiHandle};
use crate::SourceFile;

/// The only version of the runtime there is.
const RUNTIME_VERSION: &str = "1.0.0";

/// How many functions AppSync takes in a pipeline.
///
/// Source: [AppSync quotas](https://docs.aws.amazon.com/general/latest/gr/appsync.html).
const LONGEST_PIPELINE: usize = 10;

/// Answers one field from one data source.
///
/// ```
/// use stackwright::prelude::*;
///
/// # const SCHEMA: SourceFile = SourceFile { name: "schema.graphql", text: "type Query { time: AWSDateTime }" };
/// # const TIME: SourceFile = SourceFile { name: "time.js", text: "export function request() { return {} }" };
/// let declared = stackwright::declare("Demo", |stack| {
///     let api = stack.add("Api", GraphqlApi::new(SCHEMA, AuthorizationMode::Iam));
///     let nothing = stack.add("Nothing", DataSource::none(api));
///     // TIME is `source_file!("demo/time.js")`.
///     stack.add("Time", Resolver::new(nothing, "Query", "time", TIME));
/// });
/// ```
///
/// Source: [AWS::AppSync::Resolver](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-resolver.html).
#[derive(Debug)]
pub struct Resolver {
    /// What it asks.
    pub source: DataSourceHandle,
    /// The type that has the field: `Query`, `Mutation`, `Subscription` or one of the schema's own.
    pub type_name: String,
    /// The field.
    pub field: String,
    /// Its code, with the functions `request` and `response`, 32,768 characters at most.
    pub code: SourceFile,
    adjustments: Adjustments<l1::Resolver>,
}

impl Resolver {
    /// The resolver of a field, such as `getEvent` of `Query`.
    pub fn new(
        source: DataSourceHandle,
        type_name: impl Into<String>,
        field: impl Into<String>,
        code: SourceFile,
    ) -> Self {
        Self {
            source,
            type_name: type_name.into(),
            field: field.into(),
            code,
            adjustments: Adjustments::default(),
        }
    }

    /// The resolver of a field that takes several steps; the code is what comes before and after them.
    pub fn pipeline(
        api: GraphqlApiHandle,
        type_name: impl Into<String>,
        field: impl Into<String>,
        code: SourceFile,
    ) -> PipelineResolver {
        PipelineResolver {
            api,
            type_name: type_name.into(),
            field: field.into(),
            code,
            steps: Vec::new(),
            adjustments: Adjustments::default(),
        }
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::Resolver) -> l1::Resolver + 'static) -> Self {
        self.adjustments.push(change);
        self
    }
}

impl Construct for Resolver {
    type Handle = l1::ResolverHandle;

    fn declare(self, scope: &mut Scope<'_>) -> l1::ResolverHandle {
        let api = self.source.api();
        let resolver = resource(scope, api, (self.type_name, self.field), self.code)
            .kind(types::Kind::Unit)
            .data_source_name(self.source.name());
        Declared::from(self.adjustments.apply(resolver)).after(api.schema()).declare(scope)
    }
}

/// Answers one field in several steps; [`Resolver::pipeline`] makes it.
///
/// ```
/// use stackwright::prelude::*;
///
/// # const SCHEMA: SourceFile = SourceFile { name: "schema.graphql", text: "type Query { time: AWSDateTime }" };
/// # const CODE: SourceFile = SourceFile { name: "code.js", text: "export function request() { return {} }" };
/// let declared = stackwright::declare("Demo", |stack| {
///     let api = stack.add("Api", GraphqlApi::new(SCHEMA, AuthorizationMode::Iam));
///     let nothing = stack.add("Nothing", DataSource::none(api));
///     let check = stack.add("Check", ResolverFunction::new(nothing, CODE));
///     let answer = stack.add("Answer", ResolverFunction::new(nothing, CODE));
///     stack.add("Time", Resolver::pipeline(api, "Query", "time", CODE).then(check).then(answer));
/// });
/// ```
#[derive(Debug)]
pub struct PipelineResolver {
    /// The API that has the field.
    pub api: GraphqlApiHandle,
    /// The type that has the field.
    pub type_name: String,
    /// The field.
    pub field: String,
    /// What comes before and after the steps, with the functions `request` and `response`.
    pub code: SourceFile,
    /// The steps in their order, one to ten.
    pub steps: Vec<ResolverFunctionHandle>,
    adjustments: Adjustments<l1::Resolver>,
}

impl PipelineResolver {
    /// Adds a step.
    #[must_use]
    pub fn then(mut self, step: ResolverFunctionHandle) -> Self {
        self.steps.push(step);
        self
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::Resolver) -> l1::Resolver + 'static) -> Self {
        self.adjustments.push(change);
        self
    }

    fn check(&self, scope: &mut Scope<'_>) {
        let Self { type_name, field, steps, .. } = self;
        if steps.is_empty() {
            let problem = Problem::new(format!("the pipeline of `{type_name}.{field}` has no step"));
            scope.report(problem.hint("add one with `.then(…)`, or declare a `Resolver::new(…)`"));
        }
        if steps.len() > LONGEST_PIPELINE {
            let problem = format!(
                "the pipeline of `{type_name}.{field}` has {} steps, at most {LONGEST_PIPELINE} are allowed",
                steps.len()
            );
            scope.report(Problem::new(problem));
        }
    }
}

impl Construct for PipelineResolver {
    type Handle = l1::ResolverHandle;

    fn declare(self, scope: &mut Scope<'_>) -> l1::ResolverHandle {
        self.check(scope);
        let steps: Vec<Value<String>> = self.steps.iter().map(|step| step.0.function_id()).collect();
        let resolver = resource(scope, self.api, (self.type_name, self.field), self.code)
            .kind(types::Kind::Pipeline)
            .pipeline_config(types::PipelineConfig::new().functions(steps));
        Declared::from(self.adjustments.apply(resolver)).after(self.api.schema()).declare(scope)
    }
}

/// A step of pipelines, which asks one data source.
///
/// Source: [AWS::AppSync::FunctionConfiguration](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-functionconfiguration.html).
#[derive(Debug)]
pub struct ResolverFunction {
    /// What it asks.
    pub source: DataSourceHandle,
    /// Its code, with the functions `request` and `response`, 32,768 characters at most.
    pub code: SourceFile,
    adjustments: Adjustments<l1::FunctionConfiguration>,
}

impl ResolverFunction {
    /// A step with this code.
    #[must_use]
    pub fn new(source: DataSourceHandle, code: SourceFile) -> Self {
        Self { source, code, adjustments: Adjustments::default() }
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(
        mut self,
        change: impl FnOnce(l1::FunctionConfiguration) -> l1::FunctionConfiguration + 'static,
    ) -> Self {
        self.adjustments.push(change);
        self
    }
}

impl Construct for ResolverFunction {
    type Handle = ResolverFunctionHandle;

    fn declare(self, scope: &mut Scope<'_>) -> ResolverFunctionHandle {
        scope.read_from("Code", self.code.name);
        let (api, name) = (self.source.api().id(), scope.id().as_str());
        let function = l1::FunctionConfiguration::new(api, self.source.name(), name)
            .runtime(functions::AppSyncRuntime::new(functions::Name::AppsyncJs, RUNTIME_VERSION))
            .code(self.code.text);
        ResolverFunctionHandle(self.adjustments.apply(function).declare(scope))
    }
}

/// Refers to a step of pipelines.
#[derive(Clone, Copy, Debug)]
pub struct ResolverFunctionHandle(l1::FunctionConfigurationHandle);

/// What both kinds of resolver are.
fn resource(
    scope: &mut Scope<'_>,
    api: GraphqlApiHandle,
    (type_name, field): (String, String),
    code: SourceFile,
) -> l1::Resolver {
    scope.read_from("Code", code.name);
    l1::Resolver::new(api.id(), field, type_name)
        .runtime(types::AppSyncRuntime::new(types::Name::AppsyncJs, RUNTIME_VERSION))
        .code(code.text)
}
