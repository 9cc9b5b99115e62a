//! Event source mappings: from streams and queues to functions.
