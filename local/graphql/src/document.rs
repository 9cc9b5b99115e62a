//! Queries: parsed and validated against a schema, and what is wrong with them in AppSync's words.
//! Executes nothing.
//!
//! AppSync answers with graphql-java's messages, the compiler's are others: the names in a message are taken from it, and
//! put into the words of AppSync.

use apollo_compiler::diagnostic::{Diagnostic, ToCliReport};
use apollo_compiler::executable::{ExecutableDocument, Field, Selection, SelectionSet};
use apollo_compiler::parser::{Parser, SourceSpan};
use apollo_compiler::validation::{DiagnosticData, Valid, WithErrors};
use apollo_compiler::{Node, Schema};

use crate::fault::{Fault, Location};

/// Selections inside selections, and tokens, that a query may have: what is beyond is refused before it costs anything.
const RECURSION: usize = 100;
const TOKENS: usize = 15_000;

/// Why a query is not executed.
#[derive(Debug)]
pub(crate) enum Rejected {
    /// It is no GraphQL: what the parser says.
    Syntax(String),
    /// It asks for what the schema does not have.
    Invalid(Vec<Fault>),
}

/// Reads a query.
pub(crate) fn read(schema: &Valid<Schema>, query: &str) -> Result<Valid<ExecutableDocument>, Rejected> {
    let parsed =
        Parser::new().recursion_limit(RECURSION).token_limit(TOKENS).parse_executable(schema, query, "query");
    let document = parsed.map_err(|failed| rejected(&failed))?;
    if document.operations.is_empty() {
        return Err(Rejected::Syntax("there is no operation in it".to_owned()));
    }
    document.validate(schema).map_err(|failed| rejected(&failed))
}

fn rejected(failed: &WithErrors<ExecutableDocument>) -> Rejected {
    let is_syntax = |error: &Diagnostic<'_, DiagnosticData>| error.error.unstable_error_name().is_none();
    if let Some(error) = failed.errors.iter().find(is_syntax) {
        return Rejected::Syntax(error.error.to_string());
    }
    Rejected::Invalid(failed.errors.iter().map(|error| fault(&failed.partial, &error)).collect())
}

fn fault(document: &ExecutableDocument, error: &Diagnostic<'_, DiagnosticData>) -> Fault {
    let span = error.error.location();
    let name = error.error.unstable_error_name().unwrap_or_default();
    let message = error.error.unstable_compat_message().unwrap_or_else(|| error.error.to_string());
    let fields = span.map(|span| path(document, span)).unwrap_or_default();
    let type_name = fields.last().map(|field| field.ty().inner_named_type().as_str()).unwrap_or_default();
    let Wording { kind, text, field } = wording(name, &message, type_name);
    let mut path: Vec<String> = fields.iter().map(|field| field.name.to_string()).collect();
    if let Some(field) = field.filter(|field| path.last() != Some(field)) {
        path.push(field);
    }
    let place = if path.is_empty() { String::new() } else { format!(" @ '{}'", path.join("/")) };
    let location = Location::of(span, error.sources);
    Fault::of_request(format!("Validation error of type {kind}: {text}{place}"), location)
}

/// How AppSync says something.
struct Wording {
    kind: String,
    text: String,
    /// A field that the path ends with though the document does not have it.
    field: Option<String>,
}

/// AppSync's words for an error of the compiler, about a field of this type.
fn wording(name: &str, message: &str, type_name: &str) -> Wording {
    let quoted: Vec<&str> =
        message.split('"').skip(1).step_by(2).map(|one| one.trim_start_matches(['$', '@'])).collect();
    let at = |index: usize| quoted.get(index).copied().unwrap_or_default();
    let (kind, text) = match name {
        "UndefinedField" => ("FieldUndefined", format!("Field '{}' in type '{}' is undefined", at(0), at(1))),
        "UndefinedArgument" => ("UnknownArgument", format!("Unknown field argument {}", at(0))),
        "RequiredArgument" => ("MissingFieldArgument", format!("Missing field argument {}", at(1))),
        "MissingSubselection" => (
            "SubSelectionRequired",
            format!("Sub selection required for type {type_name} of field {}", at(0)),
        ),
        "SubselectionOnScalarType" | "SubselectionOnEnumType" => (
            "SubSelectionNotAllowed",
            format!("Sub selection not allowed on leaf type {} of field {}", at(1), at(0)),
        ),
        "UndefinedVariable" => ("UndefinedVariable", format!("Undefined variable {}", at(0))),
        "UnusedVariable" => ("UnusedVariable", format!("Unused variable {}", at(0))),
        "UndefinedFragment" => ("UndefinedFragment", format!("Undefined fragment {}", at(0))),
        "UnusedFragment" => ("UnusedFragment", format!("Unused fragment {}", at(0))),
        "UndefinedDefinition" => ("UnknownType", format!("Unknown type {}", at(0))),
        "UndefinedDirective" => ("UnknownDirective", format!("Unknown directive {}", at(0))),
        "DisallowedVariableUsage" => (
            "VariableTypeMismatch",
            format!("Variable type '{}' doesn't match expected type '{}'", at(1), at(2)),
        ),
        "UndefinedInputValue"
        | "RequiredField"
        | "UnsupportedValueType"
        | "IntCoercionError"
        | "FloatCoercionError"
        | "UndefinedEnumValue" => ("WrongType", message.trim_end_matches('.').to_owned()),
        "ConflictingFieldType" | "ConflictingFieldName" | "ConflictingFieldArgument" => {
            ("FieldsConflict", message.trim_end_matches('.').to_owned())
        }
        other => (other, message.trim_end_matches('.').to_owned()),
    };
    let is_dropped = matches!(name, "UndefinedField" | "SubselectionOnScalarType" | "SubselectionOnEnumType");
    let field = is_dropped.then(|| at(0).to_owned());
    Wording { kind: kind.to_owned(), text, field }
}

/// The fields that lead to a place of a document.
fn path(document: &ExecutableDocument, span: SourceSpan) -> Vec<&Node<Field>> {
    let mut path = Vec::new();
    for operation in document.operations.iter() {
        descend(&operation.selection_set, span, &mut path);
    }
    for fragment in document.fragments.values() {
        descend(&fragment.selection_set, span, &mut path);
    }
    path
}

fn descend<'d>(set: &'d SelectionSet, span: SourceSpan, path: &mut Vec<&'d Node<Field>>) {
    for selection in &set.selections {
        match selection {
            Selection::Field(field) if holds(field.location(), span) => {
                path.push(field);
                descend(&field.selection_set, span, path);
            }
            Selection::InlineFragment(inline) if holds(inline.location(), span) => {
                descend(&inline.selection_set, span, path);
            }
            _ => {}
        }
    }
}

fn holds(outer: Option<SourceSpan>, inner: SourceSpan) -> bool {
    outer.is_some_and(|outer| outer.offset() <= inner.offset() && inner.end_offset() <= outer.end_offset())
}
