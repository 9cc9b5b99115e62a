// Mutation.deleteEventsTable: deletes an event and answers with what it was.
// One that is not there is an error: nobody shall be told of a deletion that did not happen. No condition says so,
// since AppSync takes a deletion for done if its condition failed and there is no such item.
import { util } from '@aws-appsync/utils';

export function request(ctx) {
  const { user_id, id } = ctx.args.input;
  return { operation: 'DeleteItem', key: util.dynamodb.toMapValues({ user_id, id }) };
}

export function response(ctx) {
  if (ctx.error) {
    util.error(ctx.error.message, ctx.error.type);
  }
  if (!ctx.result) {
    util.error('there is no such event', 'NotFound');
  }
  return ctx.result;
}
