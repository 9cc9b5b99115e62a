// What AppSync gives to resolvers: `util`, `extensions` and `runtime`.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-util-reference-js.html

import { call, Halt, host } from 'stackwright:call';
import { filterExpression, typed, typedValues } from 'stackwright:expressions';
import { ksuid, ulid } from 'stackwright:ids';
import { subscriptionFilter } from 'stackwright:subscriptions';
import { formatted, parsed } from 'stackwright:time';

function absent(name) {
    return () => {
        throw new Error(`${name} is not available here`);
    };
}

function error(message, errorType, data, errorInfo) {
    return { message, errorType, data: data ?? null, errorInfo: errorInfo ?? null };
}

/** `null` and `undefined` have no type of their own in `to…` helpers. */
function orNull(make) {
    return (value) => (value === null || value === undefined ? null : make(value));
}

const transform = {
    toDynamoDBFilterExpression: (filter) => JSON.stringify(filterExpression(filter)),
    toDynamoDBConditionExpression: (condition) => JSON.stringify(filterExpression(condition)),
    toElasticsearchQueryDSL: absent('util.transform.toElasticsearchQueryDSL'),
    toSubscriptionFilter: subscriptionFilter,
};

const dynamodb = {
    toDynamoDB: typed,
    toString: orNull((text) => ({ S: text })),
    toStringSet: orNull((texts) => ({ SS: texts })),
    toNumber: orNull((number) => ({ N: String(number) })),
    toNumberSet: orNull((numbers) => ({ NS: numbers.map(String) })),
    toBinary: orNull((base64) => ({ B: base64 })),
    toBinarySet: orNull((base64s) => ({ BS: base64s })),
    toBoolean: orNull((value) => ({ BOOL: value })),
    toNull: () => ({ NULL: true }),
    toList: orNull((list) => ({ L: list.map(typed) })),
    toMap: orNull((object) => ({ M: typedValues(object) })),
    toMapValues: orNull(typedValues),
    toS3Object: absent('util.dynamodb.toS3Object'),
    fromS3ObjectJson: absent('util.dynamodb.fromS3ObjectJson'),
};

const time = {
    nowISO8601: () => new Date(host.now()).toISOString(),
    nowEpochSeconds: () => Math.floor(host.now() / 1000),
    nowEpochMilliSeconds: () => host.now(),
    nowFormatted: (pattern, zone) => formatted(host.now(), pattern, zone),
    parseFormattedToEpochMilliSeconds: parsed,
    parseISO8601ToEpochMilliSeconds: (text) => new Date(text).getTime(),
    epochMilliSecondsToSeconds: (millis) => Math.floor(millis / 1000),
    epochMilliSecondsToISO8601: (millis) => new Date(millis).toISOString(),
    epochMilliSecondsToFormatted: formatted,
};

const math = {
    roundNum: Math.round,
    minVal: Math.min,
    maxVal: Math.max,
    randomDouble: Math.random,
    randomWithinRange: (start, end) => start + Math.floor(Math.random() * (end - start)),
};

const http = {
    copyHeaders: (headers) => ({ ...headers }),
    addResponseHeader: (name, value) => {
        call.headers[name] = value;
    },
    addResponseHeaders: (headers) => {
        Object.assign(call.headers, headers);
    },
};

export const util = {
    error: (...given) => {
        throw new Halt('isRaised', error(...given));
    },
    appendError: (...given) => {
        call.errors.push(error(...given));
    },
    unauthorized: () => {
        throw new Halt('isUnauthorized');
    },
    autoId: () => host.uniqueId(),
    autoUlid: () => ulid(host.now(), host.uniqueId),
    autoKsuid: () => ksuid(host.now(), host.uniqueId),
    matches: (pattern, text) => new RegExp(pattern).test(text),
    urlEncode: encodeURIComponent,
    urlDecode: decodeURIComponent,
    base64Encode: (text) => host.base64Encode(text),
    base64Decode: (text) => host.base64Decode(text),
    escapeJavaScript: (text) => JSON.stringify(text).slice(1, -1),
    str: { normalize: (text, form) => text.normalize(form.toUpperCase()) },
    transform,
    dynamodb,
    time,
    math,
    http,
    xml: { toMap: absent('util.xml.toMap'), toJsonString: absent('util.xml.toJsonString') },
    rds: { toJsonObject: absent('util.rds.toJsonObject') },
};

export const runtime = {
    earlyReturn: (value, options) => {
        throw new Halt('isEarly', { value, skipsToEnd: options?.skipTo === 'END' });
    },
};

export const extensions = {
    setSubscriptionFilter: (filter) => {
        call.subscriptionFilter = filter;
    },
    setSubscriptionInvalidationFilter: absent('extensions.setSubscriptionInvalidationFilter'),
    invalidateSubscriptions: absent('extensions.invalidateSubscriptions'),
    evictFromApiCache: absent('extensions.evictFromApiCache'),
};
