// SQL for `wrangler d1 execute`, which takes no parameters: here every value becomes a literal that cannot end early.

/** sql`… ${value} …`: values are text, whole numbers, or SQL made here. */
export function sql(parts, ...values) {
  return new Sql(String.raw({ raw: parts.raw }, ...values.map(literal)));
}

class Sql {
  constructor(text) {
    this.text = text;
  }
}

function literal(value) {
  if (value instanceof Sql) return value.text;
  if (Number.isSafeInteger(value)) return String(value);
  // SQLite's only escape in text is the doubled quote; a NUL would end the statement.
  if (typeof value === 'string' && !value.includes('\0')) return `'${value.replaceAll("'", "''")}'`;
  throw new TypeError(`no SQL for ${JSON.stringify(value)}`);
}
