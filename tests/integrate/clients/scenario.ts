/** What a program does with the service. The clients that are generated from docs/openapi.json each make one of these. */
export interface Service {
  register(person: Person): Promise<{ message: string }>;
  activate(token: string): Promise<{ message: string }>;
  login(login: string, password: string): Promise<Pair>;
  me(access: string): Promise<{ id: string; login: string; email: string }>;
  createKey(access: string, key: { description: string; expired: string }): Promise<{ value: string }>;
  keys(access: string): Promise<{ count: number }>;
  privateTokens(access: string, page: { page: number; page_size: number }): Promise<{ count: number }>;
  introspect(access: string, token: string): Promise<{ active: boolean }>;
  refresh(token: string): Promise<Pair>;
  logout(access: string): Promise<{ message: string }>;
  /** The status and the word of the refusal. */
  refusedMe(access: string): Promise<{ status: number; error: string | undefined }>;
}

export type Person = { login: string; email: string; password: string };
export type Pair = { token: string; refresh_token?: string };

/** An answer's body, where it was a good one. */
export function good<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (error !== undefined || data === undefined) throw new Error(`refused: ${JSON.stringify(error)}`);
  return data;
}

/** Goes through all of it. `activationToken` gives the token of the email's link, once there is one. */
export async function scenario(service: Service, person: Person, activationToken: () => Promise<string>): Promise<void> {
  const { login, email, password } = person;
  check((await service.register(person)).message.includes('Registration'), 'registered');
  check((await service.activate(await activationToken())).message.includes('activated'), 'activated');
  const first = await service.login(login, password);
  const who = await service.me(first.token);
  check(who.login === login && who.email === email, 'who it is');

  const expired = new Date(Date.now() + 3_600_000).toISOString();
  const { value } = await service.createKey(first.token, { description: 'a script', expired });
  check((await service.keys(first.token)).count === 1, 'one key');
  check((await service.introspect(first.token, value)).active, 'a key that lives');
  check((await service.privateTokens(first.token, { page: 1, page_size: 5 })).count === 0, 'no private tokens');

  check(first.refresh_token !== undefined, 'a refresh token');
  const next = await service.refresh(first.refresh_token);
  check((await service.me(next.token)).id === who.id, 'the same');
  await service.logout(next.token);
  const { status, error } = await service.refusedMe(next.token);
  check(status === 401 && error === 'token_revoked', `signed out: ${status} ${error}`);
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`not so: ${what}`);
}
