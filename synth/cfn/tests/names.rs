//! How CloudFormation's names read in Rust.

#![allow(clippy::unwrap_used)]

#[path = "../generate/names.rs"]
mod names;

fn check<const N: usize>(made: impl Fn(&str) -> String, cases: [(&str, &str); N]) {
    for (name, expected) in cases {
        assert_eq!(made(name), expected, "from `{name}`");
    }
}

#[test]
fn functions_are_in_snake_case() {
    check(
        names::snake,
        [
            ("BillingMode", "billing_mode"),
            ("SSESpecification", "sse_specification"),
            ("KMSMasterKeyId", "kms_master_key_id"),
            ("ProviderARNs", "provider_arns"),
            ("AssociatedVPCIds", "associated_vpc_ids"),
            ("S3BucketSource", "s3_bucket_source"),
            ("Ipv6CidrBlock", "ipv6_cidr_block"),
            ("AssignIPv4Address", "assign_ipv4_address"),
            ("GraphQLUrl", "graphql_url"),
            ("deadLetterTargetArn", "dead_letter_target_arn"),
            ("Endpoint.Address", "endpoint_address"),
        ],
    );
}

#[test]
fn keywords_get_a_tail() {
    check(names::snake, [("Type", "type_"), ("Match", "match_"), ("Macro", "macro_"), ("Ref", "ref_")]);
}

#[test]
fn elements_are_in_the_singular() {
    check(
        names::singular,
        [
            ("Architectures", "Architecture"),
            ("Policies", "Policy"),
            ("TimeSeries", "TimeSeries"),
            ("Statuses", "Status"),
            ("IpAddresses", "IpAddress"),
            ("Status", "Status"),
            ("ProviderARNs", "ProviderARN"),
            ("ReadAccess", "ReadAccess"),
            ("Databases", "Database"),
        ],
    );
}

#[test]
fn variants_are_in_pascal_case() {
    check(
        names::variant,
        [
            ("PAY_PER_REQUEST", "PayPerRequest"),
            ("HASH", "Hash"),
            ("x86_64", "X86_64"),
            ("arm64", "Arm64"),
            ("provided.al2023", "ProvidedAl2023"),
            ("aws:kms", "AwsKms"),
            ("PassThrough", "PassThrough"),
            ("redirect-to-https", "RedirectToHttps"),
            ("2.0", "V2_0"),
            ("*", "Any"),
            ("Count/Second", "CountSecond"),
            ("", "Empty"),
        ],
    );
}

#[test]
fn a_second_comer_gets_a_tail() {
    let mut taken = names::Taken::with(["Rule"]);
    assert_eq!(taken.claim("Rule", "Property"), "RuleProperty");
    assert_eq!(taken.claim("Rule", "Property"), "RulePropertyProperty");
    assert_eq!(taken.claim("Role", "Property"), "Role");
}

#[test]
fn types_keep_their_names() {
    check(
        names::type_name,
        [("VPCEndpoint", "VPCEndpoint"), ("dnsConfig", "DnsConfig"), ("Stage.Method", "StageMethod")],
    );
}
