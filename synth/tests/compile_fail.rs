//! What types can refuse does not compile, and the compiler says something that helps.

#[test]
fn mistakes_that_types_refuse() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
