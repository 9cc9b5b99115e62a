//! EventBridge: events, rules and their targets.
