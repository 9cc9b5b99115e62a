// Query.listEventsTables: the events of all users, in pages.
// A scan, since a calendar shows everyone; consistent, so that a page which reconnects misses nothing
// that was written before.
import { util } from '@aws-appsync/utils';

// A page of events is some 20 KB then; AppSync answers with 5 MB at most.
const PAGE = 100;

export function request(ctx) {
  const { filter, limit, nextToken } = ctx.args;
  return {
    operation: 'Scan',
    filter: expression(filter),
    limit: limit ?? PAGE,
    nextToken,
    consistentRead: true,
  };
}

// DynamoDB refuses an expression without anything in it.
function expression(filter) {
  const empty = Object.keys(filter ?? {}).length === 0;
  return empty ? null : JSON.parse(util.transform.toDynamoDBFilterExpression(filter));
}

export function response(ctx) {
  if (ctx.error) {
    util.error(ctx.error.message, ctx.error.type);
  }
  const { items, nextToken } = ctx.result;
  return { items, nextToken };
}
