// What one call of a handler gathers beside its result, and what the outside lends it.

/** The clock, the source of ids and the log: set once, when the engine starts. */
export const host = {};

/** What the running handler has added to its answer. */
export const call = {};

/** Thrown to end a handler at once; whoever runs it knows what it means. */
export class Halt {
    constructor(kind, detail) {
        this.kind = kind;
        this.detail = detail;
    }
}

export function begin() {
    call.errors = [];
    call.headers = {};
    call.subscriptionFilter = null;
}
