// Query.getEventsTable: one event, or null.
// Consistent: whoever has just been told of an event finds it.
import { util } from '@aws-appsync/utils';

export function request(ctx) {
  const { user_id, id } = ctx.args;
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ user_id, id }), consistentRead: true };
}

export function response(ctx) {
  if (ctx.error) {
    util.error(ctx.error.message, ctx.error.type);
  }
  return ctx.result;
}
