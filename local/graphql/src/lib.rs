//! AppSync: a schema, its resolvers and its subscriptions, run on this machine.
