//! What the data says as a whole, and about the types that the language leans on.

#![allow(clippy::unwrap_used)]

use stackwright_schema::{
    Combination, Property, Replacement, ResourceType, Shape, resource_type, service, service_name, services,
};

fn all() -> impl Iterator<Item = &'static ResourceType> {
    services().filter_map(service).flat_map(stackwright_schema::Service::resource_types)
}

fn properties(of: &ResourceType) -> impl Iterator<Item = &Property> {
    of.properties.iter().chain(of.definitions.iter().flat_map(|definition| &definition.properties))
}

fn property(of: &str, name: &str) -> &'static Property {
    resource_type(of).unwrap().property(name).unwrap()
}

/// The specifications grow; an import that shrinks has lost something.
#[test]
fn the_data_is_as_large_as_it_was() {
    let at_least =
        |what: &str, count: usize, least: usize| assert!(count >= least, "{count} {what}, not {least}");
    at_least("services", services().count(), 320);
    at_least("types", all().count(), 1_906);
    at_least("properties", all().flat_map(properties).count(), 51_000);
    at_least("attributes", all().map(|each| each.attributes.len()).sum(), 6_700);
    at_least("stateful types", all().filter(|each| each.stateful).count(), 29);
}

#[test]
fn every_name_can_be_found_again() {
    for each in all() {
        assert!(
            each.properties.iter().all(|it| each.property(it.name) == Some(it)),
            "properties of {}",
            each.name
        );
        assert!(
            each.attributes.iter().all(|it| each.attribute(it.name) == Some(it)),
            "attributes of {}",
            each.name
        );
        assert!(
            each.definitions.iter().all(|it| each.definition(it.name) == Some(it)),
            "objects of {}",
            each.name
        );
    }
}

#[test]
fn every_object_is_defined() {
    fn objects(shape: &Shape, found: &mut Vec<&'static str>) {
        match shape {
            Shape::Object(name) => found.push(name),
            Shape::List { items: inner, .. } | Shape::Map { values: inner, .. } => objects(inner, found),
            Shape::OneOf(shapes) => shapes.iter().for_each(|shape| objects(shape, found)),
            _ => {}
        }
    }
    for each in all() {
        let mut found = Vec::new();
        properties(each).for_each(|property| objects(&property.shape, &mut found));
        found.retain(|name| each.definition(name).is_none());
        assert_eq!(found, Vec::<&str>::new(), "in {}", each.name);
    }
}

/// What combinations name must exist, or a check could never be satisfied.
#[test]
fn every_combination_names_properties() {
    let unknown = |properties: &[Property], combination: &Combination| {
        let names = match combination {
            Combination::AnyOf(groups) | Combination::OneOf(groups) => groups.concat(),
            Combination::Requires { property, others } | Combination::Excludes { property, others } => {
                [vec![*property], others.clone()].concat()
            }
        };
        let known = |name: &&str| properties.iter().any(|property| property.name == *name);
        names.into_iter().find(|name| !known(name))
    };
    for each in all() {
        let own = each.combinations.iter().filter_map(|it| unknown(&each.properties, it)).next();
        assert_eq!(own, None, "in {}", each.name);
        for it in &each.definitions {
            let found = it.combinations.iter().filter_map(|each| unknown(&it.properties, each)).next();
            assert_eq!(found, None, "in {} of {}", it.name, each.name);
        }
    }
}

#[test]
fn a_type_is_found_by_its_full_name_only() {
    for name in
        ["AWS::DynamoDB", "AWS::DynamoDB::Tables", "DynamoDB::Table", "AWS::Dynamodb::Table", "", "::"]
    {
        assert!(resource_type(name).is_none(), "`{name}`");
    }
    assert_eq!(resource_type("AWS::SQS::Queue").unwrap().name, "AWS::SQS::Queue");
    assert!(std::ptr::eq(
        resource_type("AWS::SQS::Queue").unwrap(),
        resource_type("AWS::SQS::Queue").unwrap()
    ));
}

#[test]
fn services_are_named_after_their_namespace() {
    let name = |of| service_name(of).unwrap();
    assert_eq!(name("AWS::ApiGatewayV2::Api"), "apigatewayv2");
    assert_eq!(name("Alexa::ASK::Skill"), "alexa-ask");
    assert_eq!(service_name("Custom"), None);
}

#[test]
fn a_table_is_keyed_by_a_list() {
    let key = property("AWS::DynamoDB::Table", "KeySchema");
    assert!(key.required);
    assert_eq!(key.replacement, Replacement::Always);
    let Shape::List { items, min, max, .. } = &key.shape else { panic!("{:?}", key.shape) };
    assert_eq!((&**items, *min, *max), (&Shape::Object("KeySchema"), Some(1), Some(2)));
}

#[test]
fn stateful_types_are_marked() {
    let stateful = |name| resource_type(name).unwrap().stateful;
    for name in ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool", "AWS::SQS::Queue"] {
        assert!(stateful(name), "{name}");
    }
    for name in ["AWS::Lambda::Function", "AWS::IAM::Role"] {
        assert!(!stateful(name), "{name}");
    }
}

#[test]
fn bounds_defaults_and_targets_are_read() {
    let Shape::Integer { min, max, .. } = property("AWS::Lambda::Function", "MemorySize").shape else {
        panic!()
    };
    assert_eq!((min, max), (Some(128), Some(32_768)));
    let role = property("AWS::Lambda::Function", "Role");
    assert_eq!(
        role.targets.first().map(|it| (it.resource_type, it.attribute)),
        Some(("AWS::IAM::Role", "Arn"))
    );
    let days = resource_type("AWS::Lambda::Function").unwrap().definition("DurableConfig").unwrap();
    assert_eq!(days.property("RetentionPeriodInDays").unwrap().default, Some("14"));
}

#[test]
fn what_the_service_sets_is_read_only() {
    assert!(property("AWS::SQS::Queue", "QueueUrl").read_only);
    assert!(!property("AWS::SQS::Queue", "QueueName").read_only);
}
