// What the platform itself takes: nothing can be answered faster that asks for as much. In JavaScript, because the runtime's
// own bindings are, so a floor in Rust would lie higher; the Rust floor is our own `/health`.

const doors = {
  '/ok': () => new Response('ok'),
  '/kv': async (env) => new Response(await env.KV.get('key')),
  '/select': async (env, id) => Response.json(await env.DB.prepare('SELECT * FROM things WHERE id = ?').bind(id).first()),
  '/update': async (env, id) => {
    const { meta } = await env.DB.prepare('UPDATE things SET number = number + 1 WHERE id = ?').bind(id).run();
    return Response.json({ changes: meta.changes });
  },
};

export default {
  fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    return doors[pathname](env, searchParams.get('id'));
  },
};
