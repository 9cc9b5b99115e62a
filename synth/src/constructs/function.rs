//! [`Function`]: a Lambda function whose code is a Rust crate of the workspace.
//!
//! It says which crate; building and zipping it is the command line's work.

use stackwright_cfn::lambda as l1;
use stackwright_cfn::lambda::function as types;
use stackwright_cfn::{iam, logs};
use stackwright_core::{Architecture, Arn, Construct, Declared, Expr, LogicalId, Map, Scope, Value};

use super::Adjustments;
use super::alarm::{Alarm, Alarms};
use super::asynchronous::Patience;
use super::logged_errors::LoggedErrors;
use super::policy;
use crate::grant::{Grant, assumed_by};
use crate::trigger::{Trigger, Wiring};

/// A Lambda function in Rust, with its role, log group and alarms: on runs that fail, and on errors it logs.
///
/// The role may do what [`Function::allow`] grants, write its own logs and traces, and nothing else.
///
/// ```
/// use stackwright::prelude::*;
///
/// let declared = stackwright::declare("Demo", |stack| {
///     let (notes, changes) = stack.add("Notes", Table::new(string("id")).streaming(View::NewImage));
///     stack.add("WordCount", Function::new("notes-word-count")
///         .env("TABLE_NAME", notes.name())
///         .allow(notes.update())
///         .on(changes.inserted_or_modified().batch(100).retry(3)));
/// });
/// ```
///
/// Source: [AWS::Lambda::Function](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html).
pub struct Function {
    /// The crate of the workspace whose binary is run.
    pub handler: String,
    /// What it is, for a person.
    pub description: Option<String>,
    /// Environment variables, at most 4 KB together.
    pub environment: Vec<(String, Value<String>)>,
    /// What it may do.
    pub grants: Vec<Grant>,
    /// What runs it.
    pub triggers: Vec<Box<dyn Trigger>>,
    /// Memory in MiB, from 128; the share of a processor grows with it.
    pub memory: u32,
    /// After how many seconds a run is stopped.
    pub timeout: u32,
    /// The processor; what is built by default.
    pub architecture: Option<Architecture>,
    /// For how many days logs are kept, a value that CloudWatch Logs knows.
    pub log_days: u32,
    /// The most environments at once, taken from the account's.
    pub concurrency: Option<u32>,
    /// How often an event is tried again at which it failed, 0 to 2 times. For what runs it without waiting for an
    /// answer, such as rules; triggers that wait have retries of their own.
    pub event_retries: u32,
    /// After how many seconds such an event is given up and goes to the failure queue, 60 to 21,600.
    pub event_age: u32,
    /// Whether X-Ray traces its runs.
    pub traced: bool,
    /// Its alarms.
    pub alarms: Alarms,
    adjustments: Adjustments<l1::Function>,
}

impl Function {
    /// The function that the binary of this crate is: 256 MiB, 10 seconds, logs kept for 30 days.
    pub fn new(handler: impl Into<String>) -> Self {
        Self {
            handler: handler.into(),
            description: None,
            environment: Vec::new(),
            grants: Vec::new(),
            triggers: Vec::new(),
            memory: 256,
            timeout: 10,
            architecture: None,
            log_days: 30,
            concurrency: None,
            event_retries: 2,
            event_age: 60 * 60,
            traced: true,
            alarms: Alarms::default(),
            adjustments: Adjustments::default(),
        }
    }

    /// Says what it is, for a person.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Tells it a value in an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<Value<String>>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Lets it do something.
    #[must_use]
    pub fn allow(mut self, grant: Grant) -> Self {
        self.grants.push(grant);
        self
    }

    /// Runs it when the trigger says so.
    #[must_use]
    pub fn on(mut self, trigger: impl Trigger + 'static) -> Self {
        self.triggers.push(Box::new(trigger));
        self
    }

    /// With this much memory, in MiB.
    #[must_use]
    pub fn memory(mut self, mebibytes: u32) -> Self {
        self.memory = mebibytes;
        self
    }

    /// Stopped after this many seconds.
    #[must_use]
    pub fn timeout(mut self, seconds: u32) -> Self {
        self.timeout = seconds;
        self
    }

    /// On this processor, whatever the others run on.
    #[must_use]
    pub fn architecture(mut self, architecture: Architecture) -> Self {
        self.architecture = Some(architecture);
        self
    }

    /// Keeping logs for this many days.
    #[must_use]
    pub fn logs_for(mut self, days: u32) -> Self {
        self.log_days = days;
        self
    }

    /// Never running in more than this many environments at once.
    #[must_use]
    pub fn at_most(mut self, environments: u32) -> Self {
        self.concurrency = Some(environments);
        self
    }

    /// Trying an event again at most this often, 0 to 2 times, when it failed and nobody waits for its answer.
    #[must_use]
    pub fn event_retries(mut self, times: u32) -> Self {
        self.event_retries = times;
        self
    }

    /// Giving up such an event when it is this many seconds old, 60 to 21,600: it is reported, not handled.
    #[must_use]
    pub fn event_age(mut self, seconds: u32) -> Self {
        self.event_age = seconds;
        self
    }

    /// Without X-Ray traces.
    #[must_use]
    pub fn untraced(mut self) -> Self {
        self.traced = false;
        self
    }

    /// With alarms that tell somebody, or without.
    #[must_use]
    pub fn alarms(mut self, alarms: Alarms) -> Self {
        self.alarms = alarms;
        self
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::Function) -> l1::Function + 'static) -> Self {
        self.adjustments.push(change);
        self
    }

    fn resource(&mut self, role: iam::RoleHandle, log_group: logs::LogGroupHandle) -> l1::Function {
        let processor = match self.architecture {
            Some(Architecture::Arm64) => types::Architecture::Arm64,
            Some(Architecture::X86_64) | None => types::Architecture::X86_64,
        };
        // The command line puts the zip and what it was built for here; until then the path says which crate.
        let code = Expr::text(format!("assets/{}.zip", self.handler));
        let mut function = l1::Function::new(Value::from_expr(code), role.arn())
            .runtime(types::Runtime::ProvidedAl2023)
            .handler("bootstrap")
            .architectures([processor])
            .memory_size(self.memory)
            .timeout(self.timeout)
            .logging_config(json_logs(log_group));
        if let Some(text) = self.description.take() {
            function = function.description(text);
        }
        if self.traced {
            function = function.tracing_config(types::TracingConfig::new().mode(types::Mode::Active));
        }
        if let Some(environments) = self.concurrency {
            function = function.reserved_concurrent_executions(environments);
        }
        let variables = std::mem::take(&mut self.environment);
        if variables.is_empty() {
            return function;
        }
        function.environment(types::Environment::new().variables(Value::<Map<String>>::from(variables)))
    }

    fn basic_grants(&self, log_group: logs::LogGroupHandle) -> Vec<Grant> {
        let actions = ["logs:CreateLogStream", "logs:PutLogEvents"];
        let logs = Grant::new(actions, log_group.arn());
        // X-Ray's writing actions know no resources.
        let traces = Grant::anywhere(["xray:PutTraceSegments", "xray:PutTelemetryRecords"]);
        if self.traced { vec![logs, traces] } else { vec![logs] }
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Function")
            .field("handler", &self.handler)
            .field("environment", &self.environment)
            .field("grants", &self.grants)
            .field("triggers", &self.triggers.len())
            .finish_non_exhaustive()
    }
}

fn json_logs(log_group: logs::LogGroupHandle) -> types::LoggingConfig {
    types::LoggingConfig::new()
        .log_format(types::LogFormat::Json)
        .application_log_level(types::ApplicationLogLevel::Info)
        .system_log_level(types::SystemLogLevel::Warn)
        .log_group(log_group.reference())
}

impl Construct for Function {
    type Handle = FunctionHandle;

    fn declare(mut self, scope: &mut Scope<'_>) -> FunctionHandle {
        let role = scope.part("Role", iam::Role::new(assumed_by("lambda.amazonaws.com")));
        let log_group = scope.part("Logs", logs::LogGroup::new().retention_in_days(self.log_days));
        let mut grants = self.basic_grants(log_group);
        grants.append(&mut self.grants);

        let function = self.resource(role, log_group);
        let function = FunctionHandle {
            function: self.adjustments.apply(function).declare(scope),
            role,
            policy: policy_id(scope),
        };
        scope.package(self.handler, function.id(), self.architecture);
        self.alarms.declare(scope, "ErrorsAlarm", Alarm::function_errors(function.name()));
        if !matches!(self.alarms, Alarms::None) {
            let errors = LoggedErrors::declare(scope, log_group);
            self.alarms.declare(scope, "LoggedErrorsAlarm", Alarm::logged_errors(errors));
        }

        let mut wiring = Wiring {
            scope,
            function,
            policy: function.policy,
            grants: &mut grants,
            alarms: &self.alarms,
            patience: Patience { retries: self.event_retries, age_seconds: self.event_age },
            asynchronous: None,
        };
        for trigger in self.triggers {
            trigger.attach(&mut wiring);
        }
        wiring.finish();
        policy::declare(scope, POLICY, role, &grants);
        function
    }
}

const POLICY: &str = "Policy";

/// The id the policy will have once all grants are known.
fn policy_id(scope: &Scope<'_>) -> LogicalId {
    scope.id_of(POLICY)
}

/// Refers to a function.
#[derive(Clone, Copy, Debug)]
pub struct FunctionHandle {
    function: l1::FunctionHandle,
    role: iam::RoleHandle,
    policy: LogicalId,
}

impl FunctionHandle {
    /// Its physical name.
    #[must_use]
    pub fn name(self) -> Value<String> {
        self.function.reference()
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(self) -> Value<Arn> {
        self.function.arn()
    }

    /// Its role.
    #[must_use]
    pub const fn role(self) -> iam::RoleHandle {
        self.role
    }

    /// The policy with its grants, for what must wait until they are there.
    #[must_use]
    pub const fn policy(self) -> LogicalId {
        self.policy
    }

    /// Its logical id.
    #[must_use]
    pub fn id(self) -> LogicalId {
        self.function.into()
    }

    /// Running it.
    #[must_use]
    pub fn invoke(self) -> Grant {
        Grant::new(["lambda:InvokeFunction"], self.arn())
    }

    /// The permission by which an AWS service may run it on behalf of `source`.
    pub(crate) fn permission(self, service: &'static str, source: Value<Arn>) -> Declared<l1::Permission> {
        l1::Permission::new("lambda:InvokeFunction", self.arn(), service).source_arn(source).into()
    }
}
