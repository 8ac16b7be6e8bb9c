// npm install @gatehouse/verify jose hono

import { verifier } from '@gatehouse/verify';
import { requireToken } from '@gatehouse/verify/hono';
import { Hono } from 'hono';

const auth = verifier('https://auth.example.com', { audience: 'https://api.example.com' });

const app = new Hono();
app.get('/notes', requireToken(auth, { scope: 'notes:read' }), (c) => c.json({ notesOf: c.get('claims').sub }));
app.post('/payments', requireToken(auth, { acr: 'aal2', maxAge: 900 }), (c) => c.json({ paidBy: c.get('claims').sub }));
export default app;
