// The routes of docs/openapi.json as types: what each takes and answers.

import type { components, paths } from './openapi.js';

type Schemas = components['schemas'];
type Method = 'get' | 'post' | 'delete';

/** The paths below /api/auth that have a method. */
export type Route<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? (P extends `/api/auth/${infer Rest}` ? Rest : never) : never;
}[keyof paths];

type Operation<M extends Method, R extends string> = `/api/auth/${R}` extends keyof paths ? paths[`/api/auth/${R}`][M] : never;

export type Body<R extends Route<'post'>> =
  NonNullable<Operation<'post', R>> extends { requestBody?: { content: { 'application/json': infer B } } } ? B : undefined;

type Success<Responses> = Responses extends { 200: infer A } ? A : Responses extends { 201: infer A } ? A : undefined;

export type AnswerTo<M extends Method, R extends Route<M>> =
  NonNullable<Operation<M, R>> extends { responses: infer All }
    ? Success<All> extends { content: { 'application/json': infer A } } ? A : undefined
    : never;

export type User = Schemas['User'];
export type Factors = Schemas['Factors'];
export type Passkey = Schemas['Passkey'];
export type AppOffer = Schemas['AppOffer'];
export type CodesOffer = Schemas['CodesOffer'];
export type UserSession = Schemas['Session'];
export type Export = Schemas['Export'];
export type Application = Schemas['Applications']['applications'][number];
export type IdentityProvider = Schemas['IdentityProviders']['providers'][number];
export type UpstreamTokens = Schemas['UpstreamTokens'];
