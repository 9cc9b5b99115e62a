//! Runs CloudFormation templates on this machine: a template in, listening services out.
