//! The figures of others, taken once on a machine of this kind.
//!
//! Nothing here was measured by this program.

/// What the AWS CDK 2.276 synthesised, CPU milliseconds and peak megabytes, without and with the validation of
/// templates that Stackwright always does.
pub(super) const AWS_CDK: [(&str, &str, &str); 6] = [
    ("5 stacks, 153 resources, no validation", "850", "122"),
    ("5 stacks, 153 resources, validation", "6600", "458"),
    ("5 stacks, `cdk synth`, no validation", "1900", "–"),
    ("5 stacks, `cdk synth`, validation", "7900", "–"),
    ("1 stack x 500 resources, no validation (validation)", "1100 (7300)", "–"),
    ("100 stacks x 30 resources, no validation (validation)", "4600 (12600)", "–"),
];

/// Crates in the tree, and CPU seconds of a cold debug build.
pub(super) const CRATES: [(&str, &str, &str); 2] =
    [("rusty-cdk 0.9", "339", "559"), ("stratosphere 0.1, 5 services", "52", "44")];
