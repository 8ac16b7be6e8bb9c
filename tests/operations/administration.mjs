// Administrators' requests, in the format of `programs.mjs`. These come last: their log shows the events of all scenarios before.

import { administering, browse, onUserPage, privatelyKeyed, well } from './actors.mjs';

/** An administrator, and a user whose account they have disabled. */
const disabled = async (fixture) => {
  const admin = await administering(fixture);
  await well(admin.post(`${admin.bobs}/disable`));
  return admin;
};
const onDisabledUserPage = async (fixture) => {
  const admin = await onUserPage(fixture);
  await well(admin.press(admin.page, `${admin.bobs}/disable`));
  return Object.assign(admin, { page: await well(admin.look(admin.bobs)) });
};
const promoted = async (fixture) => {
  const admin = await onUserPage(fixture);
  await well(admin.press(admin.page, `${admin.bobs}/promote`));
  return Object.assign(admin, { page: await well(admin.look(admin.bobs)) });
};

/** An administrator with one of bob's lists open. */
const listing = (what) => async (fixture) => {
  const [admin, bob] = [await administering(fixture), await privatelyKeyed(fixture)];
  const bobs = `/api/admin/users/${bob.id}`;
  const list = (await well(admin.get(`${bobs}/${what}`))).json();
  return Object.assign(admin, { one: `${bobs}/${what}/${list[what][0].id}` });
};

/** The same with a user who has a recovery code, which the page offers to remove. */
const factored = (prepare) => async (fixture) => {
  const admin = await prepare(fixture);
  await fixture.worker.sql("INSERT INTO recovery_codes (user_id, number, hash, created_at, op) VALUES (?, 0, '$argon2id$x', 1, '')", admin.bob.id);
  return admin.page ? Object.assign(admin, { page: await well(admin.look(admin.bobs)) }) : admin;
};

/** An administrator of no clients: their lists and their number would include those of earlier scenarios. */
const beginning = async (fixture) => {
  await fixture.worker.sql('DELETE FROM clients');
  return administering(fixture);
};
const registering = async (fixture) => {
  const admin = await beginning(fixture);
  const client = { client_id: admin.login, client_name: 'Shop', redirect_uris: ['https://shop.example.com/callback'] };
  await well(admin.post('/api/admin/clients', client));
  return Object.assign(admin, { client: `/api/admin/clients/${admin.login}` });
};
const closed = async (fixture) => {
  const admin = await registering(fixture);
  await well(admin.post(`${admin.client}/disable`));
  return admin;
};
const overlapping = async (fixture) => {
  const admin = await registering(fixture);
  await well(admin.post(`${admin.client}/secret`, {}));
  return admin;
};

/** The same in a browser, with a page open. */
const onPage = (path) => async (fixture) => {
  await fixture.worker.sql('DELETE FROM clients');
  const admin = await browse(await fixture.member('admin'), '/account');
  return Object.assign(admin, { page: await well(admin.look(path)) });
};
const onClientPage = async (fixture) => {
  const admin = await onPage('/admin/clients/new')(fixture);
  await well(admin.press(admin.page, '/admin/clients/new', { ...NEW_CLIENT, client_id: admin.login }));
  return await reopened(admin);
};
const reopened = async (admin) => {
  const client = `/admin/clients/${admin.login}`;
  return Object.assign(admin, { client, page: await well(admin.look(client)) });
};
const afterPress = (act, fields) => async (fixture) => {
  const admin = await onClientPage(fixture);
  await well(admin.press(admin.page, admin.client + act, fields));
  return await reopened(admin);
};
const NEW_CLIENT = { client_name: 'Shop', kind: 'website', redirect_uris: 'https://shop.example.com/callback', require_pkce: 'yes' };

/** Presses the button on bob's page whose action matches. */
const one = (admin, action) => admin.press(admin.page, admin.page.text.match(action)[0]);

export const administration = [
  ['Users', 'the first page', 200, administering, (admin) => admin.get('/api/admin/users')],
  ['Users', 'by the beginning of a name', 200, administering, (admin) => admin.get(`/api/admin/users?q=${admin.bob.login}`)],
  ['User', '', 200, administering, (admin) => admin.get(admin.bobs)],
  ['DisableUser', '', 200, administering, (admin) => admin.post(`${admin.bobs}/disable`)],
  ['EnableUser', '', 200, disabled, (admin) => admin.post(`${admin.bobs}/enable`)],
  ['ChangeRole', '', 200, administering, (admin) => admin.post(`${admin.bobs}/role`, { role: 'admin' })],
  ['StartReset', '', 200, administering, (admin) => admin.post(`${admin.bobs}/reset`)],
  ['ResetFactors', '', 200, factored(administering), (admin) => admin.post(`${admin.bobs}/factors/reset`)],
  ['UserSessions', '', 200, administering, (admin) => admin.get(`${admin.bobs}/sessions`)],
  ['EndUserSessions', '', 204, administering, (admin) => admin.delete(`${admin.bobs}/sessions`)],
  ['EndUserSession', '', 204, listing('sessions'), (admin) => admin.delete(admin.one)],
  ['UserTokens', '', 200, administering, (admin) => admin.get(`${admin.bobs}/tokens`)],
  ['EndUserToken', '', 204, listing('tokens'), (admin) => admin.delete(admin.one)],
  ['Clients', '', 200, registering, (admin) => admin.get('/api/admin/clients')],
  ['CreateClient', '', 201, beginning, (admin) => admin.post('/api/admin/clients', { client_name: 'Shop', redirect_uris: ['https://shop.example.com/'] })],
  ['Client', '', 200, registering, (admin) => admin.get(admin.client)],
  ['ChangeClient', '', 200, registering, (admin) => admin.post(admin.client, { client_name: 'Shop', redirect_uris: ['https://shop.example.com/'] })],
  ['RotateClientSecret', '', 200, registering, (admin) => admin.post(`${admin.client}/secret`, {})],
  ['EndClientSecret', '', 204, overlapping, (admin) => admin.delete(`${admin.client}/secret`)],
  ['DisableClient', '', 200, registering, (admin) => admin.post(`${admin.client}/disable`)],
  ['EnableClient', '', 200, closed, (admin) => admin.post(`${admin.client}/enable`)],
  ['DeleteClient', '', 204, registering, (admin) => admin.delete(admin.client)],
  ['AuditLog', 'the first page', 200, administering, (admin) => admin.get('/api/admin/audit')],
  ['AuditLog', 'of somebody', 200, administering, (admin) => admin.get(`/api/admin/audit?user=${admin.bob.id}`)],

  ['UsersPage', 'the first page', 200, onUserPage, (admin) => admin.look('/admin')],
  ['UserPage', '', 200, onUserPage, (admin) => admin.look(admin.bobs)],
  ['UserDisableForm', '', 303, onUserPage, (admin) => admin.press(admin.page, `${admin.bobs}/disable`)],
  ['UserEnableForm', '', 303, onDisabledUserPage, (admin) => admin.press(admin.page, `${admin.bobs}/enable`)],
  ['UserPromoteForm', '', 303, onUserPage, (admin) => admin.press(admin.page, `${admin.bobs}/promote`)],
  ['UserDemoteForm', '', 303, promoted, (admin) => admin.press(admin.page, `${admin.bobs}/demote`)],
  ['UserResetForm', '', 303, onUserPage, (admin) => admin.press(admin.page, `${admin.bobs}/reset`)],
  ['UserFactorsForm', '', 303, factored(onUserPage), (admin) => admin.press(admin.page, `${admin.bobs}/factors/reset`)],
  ['UserSessionsForm', '', 303, onUserPage, (admin) => admin.press(admin.page, `${admin.bobs}/sessions/end`)],
  ['UserSessionForm', '', 303, onUserPage, (admin) => one(admin, /\/admin\/users\/[^/"]+\/sessions\/[^/"]{36}\/end/)],
  ['UserTokenForm', '', 303, onUserPage, (admin) => one(admin, /\/admin\/users\/[^/"]+\/tokens\/[^/"]{36}\/end/)],
  ['ClientsPage', '', 200, onClientPage, (admin) => admin.look('/admin/clients')],
  ['NewClientPage', '', 200, onPage('/admin'), (admin) => admin.look('/admin/clients/new')],
  ['NewClientForm', '', 200, onPage('/admin/clients/new'), (admin) => admin.press(admin.page, '/admin/clients/new', NEW_CLIENT)],
  ['ClientPage', '', 200, onClientPage, (admin) => admin.look(admin.client)],
  ['ClientForm', '', 303, onClientPage, (admin) => admin.press(admin.page, admin.client, NEW_CLIENT)],
  ['ClientSecretForm', '', 200, onClientPage, (admin) => admin.press(admin.page, `${admin.client}/secret`, { overlap_seconds: '86400' })],
  ['ClientSecretEndForm', '', 303, afterPress('/secret', { overlap_seconds: '86400' }), (admin) => admin.press(admin.page, `${admin.client}/secret/end`)],
  ['ClientDisableForm', '', 303, onClientPage, (admin) => admin.press(admin.page, `${admin.client}/disable`)],
  ['ClientEnableForm', '', 303, afterPress('/disable'), (admin) => admin.press(admin.page, `${admin.client}/enable`)],
  ['ClientDeleteForm', '', 303, onClientPage, (admin) => admin.press(admin.page, `${admin.client}/delete`)],
  ['AuditPage', 'the first page', 200, onUserPage, (admin) => admin.look('/admin/audit')],
];
