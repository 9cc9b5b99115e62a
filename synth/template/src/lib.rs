//! CloudFormation templates as Rust values: expressions, sections, YAML
