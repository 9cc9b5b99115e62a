// Filters of subscriptions, made from filter objects.
// https://docs.aws.amazon.com/appsync/latest/devguide/transformation-helpers-in-utils-transform-js.html

/** All groups of conditions of which one has to hold: fields beside each other hold together. */
function groups(filter, ignored) {
    const parts = Object.entries(filter).filter(([key, operand]) => operand && !ignored.includes(key));
    return parts.map(([key, operand]) => part(key, operand, ignored)).reduce(both, [[]]);
}

function part(key, operand, ignored) {
    const list = Array.isArray(operand) ? operand : [operand];
    if (key === 'or') {
        return list.flatMap((one) => groups(one, ignored));
    }
    if (key === 'and') {
        return list.map((one) => groups(one, ignored)).reduce(both, [[]]);
    }
    const given = Object.entries(operand).filter(([, value]) => value !== null && value !== undefined);
    return [given.map(([operator, value]) => ({ fieldName: key, operator, value }))];
}

/** Every group of the one together with every group of the other. */
function both(left, right) {
    return left.flatMap((one) => right.map((other) => [...one, ...other]));
}

export function subscriptionFilter(filter, ignored, defaults) {
    const all = both(groups(filter ?? {}, ignored ?? []), groups(defaults ?? {}, []));
    return { filterGroup: all.filter((filters) => filters.length > 0).map((filters) => ({ filters })) };
}
