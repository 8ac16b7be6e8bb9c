// The pages. `html` escapes what is put into it.

import { html } from 'hono/html';

const layout = (title, content) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="icon" href="data:,">
    <style>
      :root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif; }
      body { max-width: 34rem; margin: 2rem auto; padding: 0 1.25rem; background: Canvas; color: CanvasText; overflow-wrap: anywhere; }
      button { font: inherit; padding: .4rem .9rem; }
    </style>
  </head>
  <body><main><h1>${title}</h1>${content}</main></body>
</html>`;

export const welcomePage = () => layout('The shop', html`<p>You are not signed in.</p><p><a href="/signin">Sign in</a></p>`);

export const accountPage = ({ user, expires }) => layout(`Welcome, ${user.preferred_username}`, html`
  <p>Your receipts go to ${user.email}.</p>
  <p>The tokens of this session are on the server. It renews them before <time>${new Date(expires).toISOString()}</time>.</p>
  <form method="post" action="/signout"><button>Sign out</button></form>`);

export const errorPage = (reason) => layout('The sign-in did not work', html`<p role="alert">${reason}</p><p><a href="/signin">Try again</a></p>`);
