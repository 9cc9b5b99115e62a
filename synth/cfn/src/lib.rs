//! Every CloudFormation resource type as a typed Rust struct, a feature per service
