//! The language core of Stackwright: values, names, scopes, problems
