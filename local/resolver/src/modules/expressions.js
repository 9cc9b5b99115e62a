// Values as DynamoDB writes them, and its condition expressions made from filter objects.

/** A value with its type: `{S: 'a'}`, `{N: '1'}`, `{L: […]}`, `{M: {…}}`. A set made by a `to…Set` stays what it is. */
export function typed(value) {
    if (value === null || value === undefined) {
        return { NULL: true };
    }
    if (typeof value === 'string') {
        return { S: value };
    }
    if (typeof value === 'number') {
        return { N: String(value) };
    }
    if (typeof value === 'boolean') {
        return { BOOL: value };
    }
    if (Array.isArray(value)) {
        return { L: value.map(typed) };
    }
    return value instanceof TypedSet ? value.asAttribute() : { M: typedValues(value) };
}

export function typedValues(object) {
    const present = Object.entries(object).filter(([, value]) => value !== undefined);
    return Object.fromEntries(present.map(([name, value]) => [name, typed(value)]));
}

/** A set of one of DynamoDB's types `SS`, `NS` and `BS`. */
export class TypedSet {
    constructor(type, values) {
        this[type] = values;
    }

    asAttribute() {
        return { ...this };
    }
}

const COMPARISONS = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' };
const TYPES = {
    string: 'S', stringSet: 'SS', number: 'N', numberSet: 'NS', binary: 'B', binarySet: 'BS',
    boolean: 'BOOL', list: 'L', map: 'M', _null: 'NULL',
};

/** Gathers the names and values of an expression; each gets a placeholder of its own. */
export class Expression {
    names = {};
    values = {};

    name(attribute) {
        const placeholder = `#${attribute.replace(/[^A-Za-z0-9_]/g, '_')}`;
        return this.place(this.names, placeholder, attribute, (known) => known === attribute);
    }

    value(label, value) {
        const placeholder = `:${label.replace(/[^A-Za-z0-9_]/g, '_')}`;
        return this.place(this.values, placeholder, typed(value), () => false);
    }

    place(table, wanted, entry, isSame) {
        let placeholder = wanted;
        for (let n = 1; placeholder in table && !isSame(table[placeholder]); n += 1) {
            placeholder = `${wanted}_${n}`;
        }
        table[placeholder] = entry;
        return placeholder;
    }

    /** The expression of a filter object: fields beside each other, and lists under `and`, all have to hold. */
    filter(object) {
        const parts = Object.entries(object).filter(([, operand]) => operand !== null && operand !== undefined);
        return all(parts.map(([key, operand]) => this.part(key, operand)), 'AND');
    }

    part(key, operand) {
        if (key === 'and' || key === 'or') {
            const list = Array.isArray(operand) ? operand : [operand];
            return all(list.map((one) => this.filter(one)), key.toUpperCase());
        }
        if (key === 'not') {
            return `(NOT ${this.filter(operand)})`;
        }
        const given = Object.entries(operand).filter(([, value]) => value !== null && value !== undefined);
        return all(given.map(([operator, value]) => this.operation(key, operator, value)), 'AND');
    }

    operation(attribute, operator, operand) {
        const name = this.name(attribute);
        const value = (one) => this.value(`${attribute}_${operator}`, one);
        if (operator in COMPARISONS) {
            return `(${name} ${COMPARISONS[operator]} ${value(operand)})`;
        }
        switch (operator) {
            case 'beginsWith': return `(begins_with(${name}, ${value(operand)}))`;
            case 'contains': return `(contains(${name}, ${value(operand)}))`;
            case 'notContains': return `(NOT contains(${name}, ${value(operand)}))`;
            case 'between': return `(${name} BETWEEN ${value(operand[0])} AND ${value(operand[1])})`;
            case 'in': return `(${name} IN (${operand.map(value).join(', ')}))`;
            case 'attributeExists': return `(${operand ? 'attribute_exists' : 'attribute_not_exists'}(${name}))`;
            case 'attributeType': return `(attribute_type(${name}, ${value(TYPES[operand])}))`;
            default: throw new Error(`there is no operator ${operator} in a filter`);
        }
    }

    /** The expression with what its placeholders stand for, as AppSync's data source wants it. */
    with(expression) {
        const made = { expression, expressionNames: this.names };
        return Object.keys(this.values).length > 0 ? { ...made, expressionValues: this.values } : made;
    }
}

function all(parts, word) {
    return parts.length === 1 ? parts[0] : `(${parts.join(` ${word} `)})`;
}

/** A filter object as an expression with its names and values. */
export function filterExpression(object) {
    const expression = new Expression();
    return expression.with(expression.filter(object));
}
