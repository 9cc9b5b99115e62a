//! The command line of a Stackwright program: synth, list

pub mod assets;
