// Mutation.deleteEventsTable: deletes an event and answers with what it was.
// One that is not there is an error: nobody shall be told of a deletion that did not happen.
import { util } from '@aws-appsync/utils';

export function request(ctx) {
  const { user_id, id } = ctx.args.input;
  return {
    operation: 'DeleteItem',
    key: util.dynamodb.toMapValues({ user_id, id }),
    condition: { expression: 'attribute_exists(user_id)' },
  };
}

export function response(ctx) {
  if (ctx.error) {
    util.error(ctx.error.message, ctx.error.type);
  }
  return ctx.result;
}
