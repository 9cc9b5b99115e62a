// Mutation.updateEventsTable: changes the fields that are given; null takes a field away.
// Never creates an event.
import { util } from '@aws-appsync/utils';

export function request(ctx) {
  const { user_id, id, ...fields } = ctx.args.input;
  check(fields);
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ user_id, id }),
    update: update(fields),
    condition: { expression: 'attribute_exists(user_id)' },
  };
}

// Names by placeholders: some, as `name` and `location`, are words that DynamoDB keeps for itself.
function update(fields) {
  const sets = [];
  const removals = [];
  const names = {};
  const values = {};
  for (const [name, value] of Object.entries(fields)) {
    names[`#${name}`] = name;
    if (value === null) {
      removals.push(`#${name}`);
    } else {
      sets.push(`#${name} = :${name}`);
      values[`:${name}`] = value;
    }
  }
  if (sets.length + removals.length === 0) {
    util.error('there is nothing to change: give a field besides `user_id` and `id`', 'BadRequest');
  }
  const parts = [];
  if (sets.length > 0) {
    parts.push(`SET ${sets.join(', ')}`);
  }
  if (removals.length > 0) {
    parts.push(`REMOVE ${removals.join(', ')}`);
  }
  const update = { expression: parts.join(' '), expressionNames: names };
  // DynamoDB refuses values that are there and empty.
  return sets.length > 0 ? { ...update, expressionValues: util.dynamodb.toMapValues(values) } : update;
}

export function response(ctx) {
  if (ctx.error) {
    util.error(ctx.error.message, ctx.error.type);
  }
  return ctx.result;
}
