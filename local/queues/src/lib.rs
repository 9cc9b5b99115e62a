//! SQS queues, run on this machine.
