// `@aws-appsync/utils/dynamodb`: requests to DynamoDB without writing types and expressions.
// https://docs.aws.amazon.com/appsync/latest/devguide/built-in-modules-js.html

import { Expression, filterExpression, typed, typedValues, TypedSet } from 'stackwright:expressions';

/** Without what was not given: AppSync takes an absent field, not a null one. */
function given(request) {
    return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== null && value !== undefined));
}

function optional(value, make) {
    return value === null || value === undefined ? undefined : make(value);
}

function projected(attributes) {
    const expression = new Expression();
    const path = (attribute) => attribute.split('.').map((part) => expression.name(part)).join('.');
    return expression.with(attributes.map(path).join(', '));
}

export function get({ key, consistentRead, projection }) {
    return given({
        operation: 'GetItem', key: typedValues(key), consistentRead, projection: optional(projection, projected),
    });
}

export function put({ key, item, condition, customPartitionKey, populateIndexFields, _version }) {
    return given({
        operation: 'PutItem', key: typedValues(key), attributeValues: typedValues(item),
        condition: optional(condition, filterExpression), customPartitionKey, populateIndexFields, _version,
    });
}

export function remove({ key, condition, customPartitionKey, populateIndexFields, _version }) {
    return given({
        operation: 'DeleteItem', key: typedValues(key),
        condition: optional(condition, filterExpression), customPartitionKey, populateIndexFields, _version,
    });
}

export function update({ key, update: changes, condition, customPartitionKey, populateIndexFields, _version }) {
    return given({
        operation: 'UpdateItem', key: typedValues(key), update: changed(changes),
        condition: optional(condition, filterExpression), customPartitionKey, populateIndexFields, _version,
    });
}

function reading({ index, limit, nextToken, consistentRead, scanIndexForward, totalSegments, segment, select, filter, projection }) {
    return {
        index, limit, nextToken, consistentRead, scanIndexForward, totalSegments, segment, select,
        filter: optional(filter, filterExpression), projection: optional(projection, projected),
    };
}

export function scan(payload) {
    return given({ operation: 'Scan', ...reading(payload) });
}

export function query(payload) {
    return given({ operation: 'Query', query: keyCondition(payload.query), ...reading(payload) });
}

/** A key condition has no parentheses around the whole. */
function keyCondition(keys) {
    const expression = new Expression();
    const parts = Object.entries(keys).map(([key, operand]) => expression.part(key, operand));
    return expression.with(parts.join(' AND '));
}

export function sync({ basePartitionKey, deltaIndexName, limit, nextToken, lastSync, filter }) {
    return given({
        operation: 'Sync', basePartitionKey, deltaIndexName, limit, nextToken, lastSync,
        filter: optional(filter, filterExpression),
    });
}

function perTable(tables, make) {
    return Object.fromEntries(Object.entries(tables).map(([table, entry]) => [table, make(entry)]));
}

export function batchGet({ tables }) {
    const reads = ({ keys, consistentRead, projection }) => given({
        keys: keys.map(typedValues), consistentRead, projection: optional(projection, projected),
    });
    return { operation: 'BatchGetItem', tables: perTable(tables, reads) };
}

export function batchPut({ tables }) {
    return { operation: 'BatchPutItem', tables: perTable(tables, (items) => items.map(typedValues)) };
}

export function batchDelete({ tables }) {
    return { operation: 'BatchDeleteItem', tables: perTable(tables, (keys) => keys.map(typedValues)) };
}

export function transactGet({ items }) {
    const transactItems = items.map(({ table, key, projection }) => given({
        table, key: typedValues(key), projection: optional(projection, projected),
    }));
    return { operation: 'TransactGetItems', transactItems };
}

const PARTS = { putItem: put, updateItem: update, deleteItem: remove, conditionCheck: check };

function check({ key, condition }) {
    return given({ operation: 'ConditionCheck', key: typedValues(key), condition: optional(condition, filterExpression) });
}

export function transactWrite({ items }) {
    const transactItems = items.map((item) => {
        const [kind, part] = Object.entries(item)[0];
        return { table: part.table, ...PARTS[kind](part) };
    });
    return { operation: 'TransactWriteItems', transactItems };
}

export const toStringSet = (texts) => new TypedSet('SS', texts);
export const toNumberSet = (numbers) => new TypedSet('NS', numbers.map(String));
export const toBinarySet = (base64s) => new TypedSet('BS', base64s);

/** One change of an attribute: which clause of the update expression it belongs to, and its text. */
class Change {
    constructor(clause, write) {
        this.clause = clause;
        this.write = write;
    }
}

const set = (write) => new Change('SET', write);

export const operations = {
    replace: (value) => set((path, place) => `${path} = ${place(value)}`),
    add: (value) => set((path, place) => `${path} = ${place(value)}`),
    increment: (by = 1) => set((path, place) => `${path} = if_not_exists(${path}, ${place(0)}) + ${place(by)}`),
    decrement: (by = 1) => set((path, place) => `${path} = if_not_exists(${path}, ${place(0)}) - ${place(by)}`),
    append: (list) => set((path, place) => `${path} = list_append(if_not_exists(${path}, ${place([])}), ${place(list)})`),
    prepend: (list) => set((path, place) => `${path} = list_append(${place(list)}, if_not_exists(${path}, ${place([])}))`),
    updateListItem: (value, index) => set((path, place) => `${path}[${index}] = ${place(value)}`),
    remove: () => new Change('REMOVE', (path) => path),
};

function changed(changes) {
    const expression = new Expression();
    const clauses = { SET: [], REMOVE: [] };
    const write = (path, attribute, value) => {
        const change = value instanceof Change ? value : value === null ? operations.remove() : operations.replace(value);
        clauses[change.clause].push(change.write(path, (operand) => expression.value(attribute, operand)));
    };
    for (const [attribute, value] of Object.entries(changes)) {
        const several = Array.isArray(value) && value.length > 0 && value.every((one) => one instanceof Change);
        (several ? value : [value]).forEach((one) => write(expression.name(attribute), attribute, one));
    }
    const written = Object.entries(clauses).filter(([, parts]) => parts.length > 0);
    return expression.with(written.map(([clause, parts]) => `${clause} ${parts.join(', ')}`).join(' '));
}
