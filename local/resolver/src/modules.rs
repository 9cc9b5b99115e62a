//! The modules that resolvers import, and who may import which.
//! Reads no files: the modules are a part of the program.

use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Error, Module, Result};

/// What resolvers may import.
const PUBLIC: [(&str, &str); 2] = [
    ("@aws-appsync/utils", include_str!("modules/utils.js")),
    ("@aws-appsync/utils/dynamodb", include_str!("modules/dynamodb.js")),
];

/// What only these modules import.
const PRIVATE: [(&str, &str); 6] = [
    ("stackwright:call", include_str!("modules/call.js")),
    ("stackwright:expressions", include_str!("modules/expressions.js")),
    ("stackwright:ids", include_str!("modules/ids.js")),
    ("stackwright:subscriptions", include_str!("modules/subscriptions.js")),
    ("stackwright:time", include_str!("modules/time.js")),
    (HARNESS, include_str!("modules/harness.js")),
];

/// The module that runs handlers.
pub(crate) const HARNESS: &str = "stackwright:harness";

/// The name of the resolver's own module.
pub(crate) const CODE: &str = "code";

/// Knows the modules there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Modules;

fn source(modules: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    modules.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}

impl Resolver for Modules {
    fn resolve<'js>(
        &mut self,
        _: &Ctx<'js>,
        base: &str,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        let is_known = source(&PUBLIC, name).is_some() || (base != CODE && source(&PRIVATE, name).is_some());
        let refusal = || Error::new_resolving_message(base, name, "AppSync has no such module");
        is_known.then(|| name.to_owned()).ok_or_else(refusal)
    }
}

impl Loader for Modules {
    fn load<'js>(
        &mut self,
        context: &Ctx<'js>,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        let source = source(&PUBLIC, name).or_else(|| source(&PRIVATE, name));
        Module::declare(context.clone(), name, source.ok_or_else(|| Error::new_loading(name))?)
    }
}
