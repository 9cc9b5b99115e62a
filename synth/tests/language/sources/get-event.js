export function request(ctx) {
  return { operation: 'GetItem', key: { id: { N: `${ctx.args.id}` } } }
}

export function response(ctx) {
  return ctx.result
}
