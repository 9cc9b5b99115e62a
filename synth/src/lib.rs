//! A CDK for Rust: declare AWS infrastructure in Rust, synthesise CloudFormation
