//! Every CloudFormation resource type as data: shapes, constraints, attributes
