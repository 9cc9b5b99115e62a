// Mutation.createEventsTable: writes an event whose id the client has chosen.
// Never over another one. The mutation tells its subscribers by itself, so the item is marked for the
// stream's function to leave it alone: an event is announced once.
import { util } from '@aws-appsync/utils';

// The form's events take the id after the largest: up to Int's end there must be some left.
const LARGEST_ID = 2000000000;

export function request(ctx) {
  const { user_id, id, ...fields } = ctx.args.input;
  if (id < 1 || id > LARGEST_ID) {
    refuse(`\`id\` is ${id}, and must be between 1 and ${LARGEST_ID}`);
  }
  need('name', fields.name);
  need('dt_start', fields.dt_start);
  need('dt_end', fields.dt_end);
  check(fields);
  return {
    operation: 'PutItem',
    key: util.dynamodb.toMapValues({ user_id, id }),
    attributeValues: util.dynamodb.toMapValues({ ...given(fields), origin: 'graphql' }),
    condition: { expression: 'attribute_not_exists(user_id) AND attribute_not_exists(id)' },
  };
}

// The schema leaves them open, since announcements have the same input.
function need(name, value) {
  if (typeof value !== 'string') {
    refuse(`\`${name}\` is missing; an event has \`name\`, \`dt_start\` and \`dt_end\``);
  }
}

// A field that is null is no attribute, rather than one of type NULL.
function given(fields) {
  const attributes = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null) {
      attributes[name] = value;
    }
  }
  return attributes;
}

export function response(ctx) {
  if (ctx.error) {
    util.error(ctx.error.message, ctx.error.type);
  }
  return ctx.result;
}
