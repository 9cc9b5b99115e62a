//! Variables and arguments: from what a request says to what resolvers get.
//! Takes a document that is valid: only values are looked at, not whether they may be given at all.

use apollo_compiler::ast::{Type, Value as Literal};
use apollo_compiler::executable::{Field, Operation};
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::{Name, Node, Schema};
use serde_json::{Map, Value};

use crate::scalars;

/// The values of an operation's variables.
///
/// # Errors
/// AppSync's message about the first one that is not of its type.
pub(crate) fn variables(
    schema: &Schema,
    operation: &Operation,
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    let mut values = Map::new();
    for declared in &operation.variables {
        let name = declared.name.as_str();
        let input = Input { schema, variables: &values };
        let value = match (given.get(name), &declared.default_value) {
            (Some(value), _) => Some(input.variable(name, &declared.ty, value)?),
            (None, Some(default)) => input.literal(&declared.ty, default)?,
            (None, None) if declared.ty.is_non_null() => return Err(null(name, &declared.ty)),
            (None, None) => None,
        };
        if let Some(value) = value {
            values.insert(name.to_owned(), value);
        }
    }
    Ok(values)
}

/// A field's arguments: those given, and defaults of the others.
///
/// # Errors
/// AppSync's message about the first one that is not of its type.
pub(crate) fn arguments(
    schema: &Schema,
    field: &Field,
    variables: &Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    let input = Input { schema, variables };
    let mut values = Map::new();
    for declared in &field.definition.arguments {
        let given = field.specified_argument_by_name(&declared.name);
        let value = match given.map(|given| input.literal(&declared.ty, given)).transpose() {
            Ok(value) => value.flatten(),
            Err(message) => {
                return Err(format!(
                    "Validation error of type WrongType: argument '{}' {message}",
                    declared.name
                ));
            }
        };
        let default = || {
            declared.default_value.as_ref().and_then(|default| input.literal(&declared.ty, default).ok()?)
        };
        match value.or_else(default) {
            Some(value) => drop(values.insert(declared.name.to_string(), value)),
            None if declared.ty.is_non_null() => return Err(null(&declared.name, &declared.ty)),
            None => {}
        }
    }
    Ok(values)
}

fn null(name: &str, ty: &Type) -> String {
    format!("Variable '{name}' has coerced Null value for NonNull type '{ty}'")
}

struct Input<'i> {
    schema: &'i Schema,
    variables: &'i Map<String, Value>,
}

impl Input<'_> {
    /// A value of a variable, which is JSON.
    fn variable(&self, name: &str, ty: &Type, value: &Value) -> Result<Value, String> {
        if value.is_null() {
            return if ty.is_non_null() { Err(null(name, ty)) } else { Ok(Value::Null) };
        }
        if ty.is_list() {
            let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            return items.iter().map(|item| self.variable(name, ty.item_type(), item)).collect();
        }
        let type_name = ty.inner_named_type();
        match (self.schema.types.get(type_name), value) {
            (Some(ExtendedType::InputObject(object)), Value::Object(fields)) => {
                self.object(name, object, fields)
            }
            (Some(ExtendedType::InputObject(_)), _) => Err(format!(
                "Variable '{name}' has an invalid value : Expected type 'Map' but was '{}'.",
                kind(value)
            )),
            (Some(ExtendedType::Enum(declared)), value) => {
                let is_known = value.as_str().is_some_and(|value| declared.values.contains_key(value));
                is_known.then(|| value.clone()).ok_or_else(|| {
                    format!(
                        "Variable '{name}' has an invalid value : Invalid input for Enum '{type_name}'. No value found \
                         for name '{}'",
                        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
                    )
                })
            }
            _ => scalar(type_name, value).ok_or_else(|| invalid_variable(name, type_name, value)),
        }
    }

    fn object(
        &self,
        name: &str,
        object: &InputObjectType,
        given: &Map<String, Value>,
    ) -> Result<Value, String> {
        if given.keys().any(|key| !object.fields.contains_key(key.as_str())) {
            let message = "The variables input contains a field that is not defined for input object type";
            return Err(format!("{message} '{}' ", object.name));
        }
        let mut values = Map::new();
        for (field, declared) in &object.fields {
            let value = match (given.get(field.as_str()), &declared.default_value) {
                (Some(value), _) => Some(self.variable(name, &declared.ty, value)?),
                (None, Some(default)) => self.literal(&declared.ty, default)?,
                (None, None) if declared.ty.is_non_null() => return Err(null(name, &declared.ty)),
                (None, None) => None,
            };
            value.map(|value| values.insert(field.to_string(), value));
        }
        Ok(values.into())
    }

    /// A value in a document; none for a variable without a value.
    fn literal(&self, ty: &Type, literal: &Node<Literal>) -> Result<Option<Value>, String> {
        match literal.as_ref() {
            Literal::Variable(name) => Ok(self.variables.get(name.as_str()).cloned()),
            Literal::Null => Ok(Some(Value::Null)),
            Literal::List(items) if ty.is_list() => {
                let items =
                    items.iter().map(|item| Ok(self.literal(ty.item_type(), item)?.unwrap_or_default()));
                items.collect::<Result<Vec<_>, String>>().map(|items| Some(items.into()))
            }
            _ if ty.is_list() => {
                Ok(self.literal(ty.item_type(), literal)?.map(|item| Value::Array(vec![item])))
            }
            Literal::Object(fields) => self.literal_object(ty, fields, literal).map(Some),
            _ => self.literal_scalar(ty, literal).map(Some),
        }
    }

    fn literal_object(
        &self,
        ty: &Type,
        given: &[(Name, Node<Literal>)],
        literal: &Node<Literal>,
    ) -> Result<Value, String> {
        let Some(object) = self.schema.get_input_object(ty.inner_named_type()) else {
            return Err(wrong(literal, ty));
        };
        let mut values = Map::new();
        for (name, declared) in &object.fields {
            let value = given.iter().find(|(given, _)| given == name).map(|(_, value)| value);
            let value = value.map(|value| self.literal(&declared.ty, value)).transpose()?.flatten();
            let default =
                || declared.default_value.as_ref().and_then(|one| self.literal(&declared.ty, one).ok()?);
            match value.or_else(default) {
                Some(value) => drop(values.insert(name.to_string(), value)),
                None if declared.ty.is_non_null() => return Err(null(name, &declared.ty)),
                None => {}
            }
        }
        Ok(values.into())
    }

    fn literal_scalar(&self, ty: &Type, literal: &Node<Literal>) -> Result<Value, String> {
        let value = plain(literal);
        let type_name = ty.inner_named_type();
        match self.schema.types.get(type_name) {
            Some(ExtendedType::Enum(_)) => Ok(value),
            _ => scalar(type_name, &value).ok_or_else(|| wrong(literal, ty)),
        }
    }
}

fn wrong(literal: &Node<Literal>, ty: &Type) -> String {
    format!("with value '{}' is not a valid '{}'", described(literal), ty.inner_named_type())
}

/// A value as graphql-java writes it.
fn described(literal: &Literal) -> String {
    match literal {
        Literal::String(text) => format!("StringValue{{value='{text}'}}"),
        Literal::Int(number) => format!("IntValue{{value={number}}}"),
        Literal::Float(number) => format!("FloatValue{{value={number}}}"),
        Literal::Boolean(value) => format!("BooleanValue{{value={value}}}"),
        Literal::Enum(name) => format!("EnumValue{{name='{name}'}}"),
        other => other.to_string(),
    }
}

/// The JSON of a literal, whatever its type.
fn plain(literal: &Literal) -> Value {
    match literal {
        Literal::Null | Literal::Variable(_) => Value::Null,
        Literal::Enum(name) => name.as_str().into(),
        Literal::String(text) => text.as_str().into(),
        Literal::Boolean(value) => (*value).into(),
        Literal::Int(number) => {
            number.as_str().parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
        }
        Literal::Float(number) => {
            number.as_str().parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
        }
        Literal::List(items) => items.iter().map(|item| plain(item)).collect(),
        Literal::Object(fields) => {
            fields.iter().map(|(name, value)| (name.to_string(), plain(value))).collect::<Map<_, _>>().into()
        }
    }
}

/// A scalar's value for resolvers; none if it is not one of the type.
fn scalar(type_name: &str, value: &Value) -> Option<Value> {
    let is_valid = match type_name {
        "Int" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        "Float" => value.is_number(),
        "String" => value.is_string(),
        "Boolean" => value.is_boolean(),
        "ID" if value.is_i64() || value.is_u64() => return Some(value.to_string().into()),
        "ID" => value.is_string(),
        // Resolvers get what the text says.
        "AWSJSON" => return serde_json::from_str(value.as_str()?).ok(),
        // A scalar that the schema declares takes everything.
        _ => scalars::takes(type_name, value).unwrap_or(true),
    };
    is_valid.then(|| value.clone())
}

fn invalid_variable(name: &str, type_name: &str, value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if type_name.starts_with("AWS") {
        format!("Variable '{name}' has an invalid value. Unable to parse `{text}` as a valid {type_name}.")
    } else {
        format!(
            "Variable '{name}' has an invalid value : Expected type '{type_name}' but was '{}'.",
            kind(value)
        )
    }
}

/// What a value is, in the words of graphql-java.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "Boolean",
        Value::Number(number) if number.is_f64() => "Double",
        Value::Number(_) => "Integer",
        Value::String(_) => "String",
        Value::Array(_) => "List",
        Value::Object(_) => "Map",
    }
}
