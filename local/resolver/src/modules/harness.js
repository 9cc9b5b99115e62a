// Runs a handler, and says in JSON what came of it.

import { begin, call, Halt, host } from 'stackwright:call';
import { extensions, runtime, util } from '@aws-appsync/utils';

export function start(lent) {
    Object.assign(host, lent);
    const log = (...values) => host.log(values.map(text).join(' '));
    Object.assign(globalThis, { util, extensions, runtime, console: { log, error: log } });
}

function text(value) {
    return typeof value === 'string' ? value : JSON.stringify(value);
}

export function run(handler, contextText) {
    const context = complete(JSON.parse(contextText));
    begin();
    const ended = end(handler, context);
    return JSON.stringify({ ...call, stash: context.stash, ...ended });
}

function end(handler, context) {
    try {
        return { value: handler(context) };
    } catch (thrown) {
        if (thrown instanceof Halt) {
            return { [thrown.kind]: true, ...thrown.detail };
        }
        throw thrown;
    }
}

// `args` and `arguments` are the same object, in AppSync as here.
function complete(context) {
    const args = context.arguments ?? context.args ?? {};
    return { env: {}, stash: {}, ...context, args, arguments: args };
}
