//! Checks a CloudFormation template against the resource schemas, its own graph and the service limits
