//! The GraphQL APIs of a stack, put together from the resources that describe them.
//! Does not read schemas or code: what is wrong with them is the engine's to say.

use std::time::{SystemTime, UNIX_EPOCH};

use stackwright_graphql::{
    About, ApiKey, DataSource, DataSourceKind, Definition, Function, Handling, Introspection, Kind, Mode,
    Resolver,
};

use super::{DATA_SOURCE, FUNCTION, KEY, RESOLVER, SCHEMA};
use crate::problem::Problem;
use crate::properties::Properties;
use crate::stack::Piece;

/// How long a key is good unless its template says so, in seconds: a week, counted from the last full hour.
const LIFE_OF_A_KEY: u64 = 7 * 24 * 60 * 60;
const HOUR: u64 = 60 * 60;

/// An API of a stack, with all its parts.
pub(super) fn read(piece: Piece<'_>, problems: &mut Vec<Problem>) -> Result<Definition, String> {
    let mut definition = api(&piece.properties())?;
    let mut parts = Parts { api: piece, problems };
    parts.each(SCHEMA, |part| {
        definition.schema = schema(&part.properties())?;
        Ok(())
    });
    definition.keys = parts.all(KEY, key);
    definition.data_sources = parts.all(DATA_SOURCE, data_source);
    definition.functions = parts.all(FUNCTION, function);
    definition.resolvers = parts.all(RESOLVER, resolver);
    Ok(definition)
}

/// The resources of one type that are an API's.
pub(super) fn parts<'a>(api: Piece<'a>, kind: &'static str) -> impl Iterator<Item = Piece<'a>> {
    let is_of_api = move |piece: &Piece<'_>| {
        piece
            .properties()
            .optional_text("ApiId")
            .is_ok_and(|id| id.as_deref() == Some(api.attribute("ApiId")))
    };
    api.stack.of_kind(kind).filter(is_of_api)
}

/// What the engine says of an API, as a problem of the resource that it is about.
pub(super) fn problem(api: Piece<'_>, found: stackwright_graphql::Problem) -> Problem {
    match culprit(api, &found.about) {
        Some(piece) => piece.problem(found.message),
        None => api.problem(found.to_string()),
    }
}

/// The part of an API that is meant; none for the API itself.
fn culprit<'a>(api: Piece<'a>, about: &About) -> Option<Piece<'a>> {
    let says = |piece: &Piece<'_>, name: &str, value: &str| {
        piece.properties().optional_text(name).is_ok_and(|text| text.as_deref() == Some(value))
    };
    match about {
        About::Schema => parts(api, SCHEMA).next(),
        About::Mode(_) => None,
        About::DataSource(name) => parts(api, DATA_SOURCE).find(|piece| says(piece, "Name", name)),
        About::Function(id) => parts(api, FUNCTION).find(|piece| piece.attribute("FunctionId") == id),
        About::Resolver { type_name, field } => parts(api, RESOLVER)
            .find(|piece| says(piece, "TypeName", type_name) && says(piece, "FieldName", field)),
    }
}

struct Parts<'a, 'p> {
    api: Piece<'a>,
    problems: &'p mut Vec<Problem>,
}

impl<'a> Parts<'a, '_> {
    fn each(&mut self, kind: &'static str, mut read: impl FnMut(Piece<'a>) -> Result<(), String>) {
        for part in parts(self.api, kind) {
            self.problems.extend(read(part).err().map(|message| part.problem(message)));
        }
    }

    fn all<T>(&mut self, kind: &'static str, read: fn(Piece<'_>) -> Result<T, String>) -> Vec<T> {
        let mut all = Vec::new();
        self.each(kind, |part| {
            all.push(read(part)?);
            Ok(())
        });
        all
    }
}

fn api(properties: &Properties<'_>) -> Result<Definition, String> {
    if properties.optional_text("ApiType")?.is_some_and(|kind| kind != "GRAPHQL") {
        return Err("`ApiType` is `MERGED`, and APIs are not merged here".to_owned());
    }
    let modes = properties.list("AdditionalAuthenticationProviders")?;
    let introspection = match properties.optional_text("IntrospectionConfig")?.as_deref() {
        Some("DISABLED") => Introspection::Disabled,
        _ => Introspection::Enabled,
    };
    Ok(Definition {
        default_mode: mode(properties)?,
        additional_modes: modes.iter().map(mode).collect::<Result<_, _>>()?,
        depth_limit: limit(properties, "QueryDepthLimit")?,
        resolver_limit: limit(properties, "ResolverCountLimit")?,
        introspection,
        environment: properties.map_of_texts("EnvironmentVariables")?.into_iter().collect(),
        ..Definition::default()
    })
}

fn mode(properties: &Properties<'_>) -> Result<Mode, String> {
    let name = properties.text("AuthenticationType")?;
    Mode::named(&name).ok_or_else(|| {
        let known = "`API_KEY`, `AWS_IAM`, `AMAZON_COGNITO_USER_POOLS`, `OPENID_CONNECT` or `AWS_LAMBDA`";
        format!("`AuthenticationType` is `{name}`, and must be {known}")
    })
}

fn limit(properties: &Properties<'_>, name: &str) -> Result<usize, String> {
    let number = properties.number(name)?.unwrap_or_default();
    usize::try_from(number).map_err(|_| format!("`{name}` is {number}, and must not be negative"))
}

fn schema(properties: &Properties<'_>) -> Result<String, String> {
    refuse(properties, &["DefinitionS3Location"])?;
    Ok(properties.text("Definition")?)
}

fn key(piece: Piece<'_>) -> Result<ApiKey, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let expires = match piece.properties().number("Expires")? {
        // What was over before 1970 is over.
        Some(second) => u64::try_from(second).unwrap_or_default(),
        None => now - now % HOUR + LIFE_OF_A_KEY,
    };
    Ok(ApiKey { key: piece.attribute("ApiKey").to_owned(), expires })
}

fn data_source(piece: Piece<'_>) -> Result<DataSource, String> {
    let properties = piece.properties();
    let kind = match properties.text("Type")?.as_str() {
        "NONE" => DataSourceKind::None,
        "AMAZON_DYNAMODB" => table(piece)?,
        "AWS_LAMBDA" => {
            properties.text("ServiceRoleArn")?;
            let function_arn = properties.inside("LambdaConfig")?.text("LambdaFunctionArn")?;
            DataSourceKind::Lambda { function_arn }
        }
        other => DataSourceKind::Other(other.to_owned()),
    };
    Ok(DataSource { name: properties.text("Name")?, kind })
}

fn table(piece: Piece<'_>) -> Result<DataSourceKind, String> {
    let properties = piece.properties();
    properties.text("ServiceRoleArn")?;
    let config = properties.inside("DynamoDBConfig")?;
    let own = &piece.stack.place.region;
    if let Some(region) = config.optional_text("AwsRegion")?.filter(|region| region != own) {
        return Err(format!("`DynamoDBConfig.AwsRegion` is `{region}`, and everything is in {own} here"));
    }
    for name in ["UseCallerCredentials", "Versioned"] {
        if config.flag(name)? {
            return Err(format!("`DynamoDBConfig.{name}` does nothing here"));
        }
    }
    Ok(DataSourceKind::Dynamodb { table: config.text("TableName")? })
}

fn function(piece: Piece<'_>) -> Result<Function, String> {
    let properties = piece.properties();
    Ok(Function {
        id: piece.attribute("FunctionId").to_owned(),
        data_source: properties.text("DataSourceName")?,
        handling: handling(&properties)?,
    })
}

fn resolver(piece: Piece<'_>) -> Result<Resolver, String> {
    let properties = piece.properties();
    let kind = match properties.optional_text("Kind")?.as_deref() {
        None | Some("UNIT") => Kind::Unit { data_source: properties.text("DataSourceName")? },
        Some("PIPELINE") => {
            Kind::Pipeline { functions: properties.inside("PipelineConfig")?.texts("Functions")? }
        }
        Some(other) => return Err(format!("`Kind` is `{other}`, and must be `UNIT` or `PIPELINE`")),
    };
    Ok(Resolver {
        type_name: properties.text("TypeName")?,
        field: properties.text("FieldName")?,
        kind,
        handling: handling(&properties)?,
    })
}

/// Code, mapping templates, or neither.
fn handling(properties: &Properties<'_>) -> Result<Handling, String> {
    refuse(properties, &["CodeS3Location", "SyncConfig"])?;
    if properties.number("MaxBatchSize")?.is_some_and(|size| size > 0) {
        return Err(
            "`MaxBatchSize` does nothing here: functions are invoked for one field at a time".to_owned()
        );
    }
    let runtime = properties.inside("Runtime")?.optional_text("Name")?;
    if let Some(name) = runtime.filter(|name| name != "APPSYNC_JS") {
        return Err(format!("`Runtime.Name` is `{name}`, and must be `APPSYNC_JS`"));
    }
    const TEMPLATES: [&str; 4] = [
        "RequestMappingTemplate",
        "ResponseMappingTemplate",
        "RequestMappingTemplateS3Location",
        "ResponseMappingTemplateS3Location",
    ];
    Ok(match properties.optional_text("Code")? {
        Some(code) => Handling::Javascript(code),
        None if TEMPLATES.iter().any(|name| properties.value(name).is_some()) => Handling::Velocity,
        None => Handling::Direct,
    })
}

/// What a template asks for and nothing here does.
fn refuse(properties: &Properties<'_>, names: &[&str]) -> Result<(), String> {
    match names.iter().find(|name| properties.value(name).is_some()) {
        Some(name) if name.ends_with("S3Location") => {
            Err(format!("`{name}` is not read here: the text itself has to stand in the template"))
        }
        Some(name) => Err(format!("`{name}` does nothing here")),
        None => Ok(()),
    }
}
