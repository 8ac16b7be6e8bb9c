// Workers of the account: their versions, which of them has the traffic, and their secrets.

import { randomUUID } from 'node:crypto';

const NAME = String.raw`/workers/scripts/([^/]+)`;
const missing = () => ({ status: 404, errors: [{ code: 10007, message: 'This Worker does not exist on your account.' }] });
const now = () => new Date().toISOString();

/** What a script answers, if there is one. */
const of = (act) => (account, request, name, ...rest) => {
  const script = account.scripts.get(name);
  return script ? act(script, request, { account, name }, ...rest) : missing();
};
const route = (method, rest, act) => [new RegExp(`^${method} ${NAME}${rest}$`), act];
const ok = () => ({ result: {} });

export const scriptRoutes = [
  [/^GET \/workers\/services\/([^/]+)$/, of((script) => ({ result: { default_environment: { environment: 'production', script: { last_deployed_from: 'wrangler', tag: script.tag } } } }))],
  [/^GET \/workers\/workers\/([^/]+)$/, of((script, _, { name }) => ({ result: { id: script.tag, name, subdomain: script.subdomain } }))],
  [/^GET \/workers\/subdomain$/, () => ({ result: { subdomain: 'somebody' } })],
  route('PUT', '', upload),
  route('POST', '/versions', of(async (script, request, at) => add(script, await versionOf(request, script), at))),
  route('GET', '/versions/([^/]+)', of((script, _, __, id) => ({ result: script.versions.get(id).shown() }))),
  route('GET', '/deployments', of((script) => ({ result: { deployments: script.deployments } }))),
  route('POST', '/deployments', of((script, { body }, at) => deploy(script, JSON.parse(body.toString()), at))),
  route('GET', '/secrets', of((script) => ({ result: [...script.secrets.keys()].map((name) => ({ name, type: 'secret_text' })) }))),
  route('GET', '/settings', of((script) => ({ result: { bindings: script.current().bindings(), tags: [], compatibility_date: '2026-10-01' } }))),
  route('(?:GET|POST)', '/subdomain', of((script, { body }) => ({ result: (script.subdomain = body.length ? JSON.parse(body.toString()) : script.subdomain) }))),
  route('PUT', '/schedules', of((script, { body }) => ({ result: { schedules: (script.schedules = JSON.parse(body.toString())) } }))),
  route('PATCH', '/script-settings', of(ok)),
  route('POST', '/domains/changeset', of((script, { body }) => ({ result: { added: JSON.parse(body.toString()), removed: [], updated: [], conflicting: [] } }))),
  route('PUT', '/domains/records', of((script, { body }) => { script.domains = JSON.parse(body.toString()).origins; return ok(); })),
];

class Script {
  versions = new Map();
  deployments = [];
  secrets = new Map();
  subdomain = { enabled: false, previews_enabled: false };
  tag = randomUUID();

  current() {
    return this.versions.get(this.deployments[0].versions[0].version_id);
  }
}

class Version {
  id = randomUUID();
  created = now();

  constructor(metadata, modules, script) {
    Object.assign(this, { metadata, modules, script });
  }

  /** As Cloudflare shows them: without the values of secrets. */
  bindings() {
    return [...this.metadata.bindings, ...[...this.script.secrets.keys()].map((name) => ({ name, type: 'secret_text' }))];
  }

  shown() {
    return {
      id: this.id,
      number: 1,
      metadata: { created_on: this.created, modified_on: this.created, source: 'wrangler', author_email: 'somebody@mail.example', author_id: '1' },
      annotations: {},
      resources: { script: { etag: this.id, handlers: ['fetch'], last_deployed_from: 'wrangler' }, script_runtime: { compatibility_date: this.metadata.compatibility_date }, bindings: this.bindings() },
    };
  }
}

/** A first version: with it the Worker exists. */
async function upload(account, request, name) {
  const script = account.scripts.get(name) ?? new Script();
  const version = await versionOf(request, script);
  if (version.errors) return version;
  account.scripts.set(name, script);
  script.versions.set(version.id, version);
  await deploy(script, { versions: [{ version_id: version.id, percentage: 100 }] }, { account });
  return { result: { id: name, etag: version.id, deployment_id: version.id, tag: script.tag, startup_time_ms: 10, available_on_subdomain: true } };
}

function add(script, version) {
  if (version.errors) return version;
  script.versions.set(version.id, version);
  return { result: { id: version.id, startup_time_ms: 10, resources: { script: { etag: version.id } } } };
}

async function deploy(script, { versions }, { account }) {
  const deployment = { id: randomUUID(), source: 'wrangler', strategy: 'percentage', author_email: 'somebody@mail.example', created_on: now(), annotations: {}, versions };
  script.deployments.unshift(deployment);
  await account.deployed.run(script.current(), script.secrets);
  return { result: deployment };
}

/** What was uploaded. A binding that is inherited is that of the version which has the traffic. */
async function versionOf({ body, type }, script) {
  const form = await new Response(body, { headers: { 'Content-Type': type } }).formData();
  const metadata = JSON.parse(form.get('metadata'));
  const bindings = [];
  for (const binding of metadata.bindings) {
    const inherited = binding.type === 'inherit' && script.deployments.length ? script.current().bindings().find(({ name }) => name === binding.name) : undefined;
    if (binding.type === 'inherit' && !inherited) return { status: 400, errors: [{ code: 10021, message: `inherit binding '${binding.name}' is invalid` }] };
    if (binding.type === 'secret_text') script.secrets.set(binding.name, binding.text);
    else if (inherited?.type !== 'secret_text') bindings.push(inherited ?? binding);
  }
  const modules = {};
  for (const [name, file] of form) {
    if (name === 'metadata') continue;
    if (file.type === 'application/javascript+module') modules[name] = { type: 'esm', contents: await file.text() };
    if (file.type === 'application/wasm') modules[name] = { type: 'wasm', contents: Buffer.from(await file.arrayBuffer()) };
  }
  return new Version({ ...metadata, bindings }, modules, script);
}
