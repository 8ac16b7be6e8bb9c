// What a client offers. Bodies and answers are those of docs/openapi.json; what Gatehouse refuses is thrown as a GatehouseError.

import type { Identity } from './pair.js';
import type { RedirectOptions } from './redirect.js';
import type {
  AnswerTo, AppOffer, Application, Body, CodesOffer, Export, Factors, IdentityProvider, Passkey, UpstreamTokens, User, UserSession,
} from './routes.js';
import type { Snapshot } from './session.js';

/** What a second step is done with. */
export type SecondStep = Omit<Body<'mfa/verify'>, 'mfa_token' | 'credential'>;
type Proof = Omit<Body<'reauthenticate'>, 'credential'>;

export interface Client {
  /** The access token, renewed if necessary; `null` if nobody is signed in. Throws `offline` rather than sign anybody out. */
  getToken(): Promise<string | null>;
  /** `fetch` with the token, for this page's origin, Gatehouse and the `apis`. */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** Calls `listener` whenever the snapshot has changed. Returns the function that ends it. */
  subscribe(listener: () => void): () => void;
  /** Who is signed in: the same object until something changes. */
  snapshot(): Snapshot;
  /** Stops listening to other tabs. `subscribe` begins anew. */
  dispose(): void;

  /** Leaves for Gatehouse's sign-in page. The promise never settles. */
  signInWithRedirect(options?: RedirectOptions): Promise<never>;
  /** On the page to which the browser comes back: signs in. `null` if it has not come from a sign-in. */
  finishRedirect(): Promise<{ user: Identity; remember: string | null } | null>;
  /** With a login name or an address, and a password. */
  signIn(body: Body<'local/login'>): Promise<Identity>;
  /** Ends the session. This browser forgets it at once and in all tabs, even if Gatehouse cannot be reached. */
  signOut(): Promise<void>;
  /** Ends all sessions of the user. */
  signOutEverywhere(): Promise<void>;
  /** Proves again that it is the user, for what needs an authentication within 15 minutes. */
  reauthenticate(proof: Proof): Promise<Identity>;
  /** The providers that users may sign in with. */
  providers(): Promise<IdentityProvider[]>;

  register(body: Body<'local/register'>): Promise<void>;
  /** With the token of the link in the email. Read "A client with its own activation page" in docs/use/API.md. */
  activate(body: Body<'local/activate'>): Promise<void>;
  sendActivation(body: Body<'local/activate/send'>): Promise<void>;
  recover(body: Body<'local/recover'>): Promise<void>;
  /** Whether the link of a recovery still works. */
  checkRecovery(body: Body<'local/recover/check'>): Promise<boolean>;
  /** Sets a new password. Ends every session. */
  resetPassword(body: Body<'local/recover/reset'>): Promise<void>;

  me(): Promise<User>;
  /** Ends the other sessions. */
  changePassword(body: Body<'password'>): Promise<void>;
  /** An account with a passkey needs none. */
  removePassword(): Promise<void>;
  changeEmail(body: Body<'email'>): Promise<void>;
  confirmEmail(body: Body<'email/confirm'>): Promise<void>;
  undoEmail(body: Body<'email/undo'>): Promise<void>;
  exportAccount(): Promise<Export>;
  /** This cannot be undone. */
  deleteAccount(): Promise<void>;
  /** Everything the account can be signed in to with. */
  factors(): Promise<Factors>;
  /** With the token of the email about the first second factor: removes all factors, and sets a new password. */
  undoFactors(body: Body<'factors/undo'>): Promise<void>;
  /** What a provider has issued, if the operator has such tokens kept. */
  providerTokens(provider: string): Promise<UpstreamTokens>;

  readonly otp: {
    /** Sends an email with a code. */
    request(body: Body<'otp/request'>): Promise<AnswerTo<'post', 'otp/request'>>;
    verify(body: Body<'otp/verify'>): Promise<Identity>;
  };
  /** The second step, with the `mfa_token` of the error `second_factor_required`. */
  readonly mfa: {
    verify(mfa_token: string, step: SecondStep): Promise<Identity>;
    verifyWithPasskey(mfa_token: string): Promise<Identity>;
    /** After `second_factor_enrolment_required`: an authenticator app to add. */
    enrol(mfa_token: string): Promise<AppOffer>;
    confirmEnrolment(body: Body<'mfa/enrol/confirm'>): Promise<Identity>;
  };
  readonly passkeys: {
    /** Whether this browser has what passkeys need here. */
    supported(): boolean;
    signIn(options?: { signal?: AbortSignal }): Promise<Identity>;
    /**
     * Suggests passkeys in a field with `autocomplete="username webauthn"`, until one is chosen or anything else asks for a
     * passkey: then it throws an `AbortError`.
     */
    suggest(options?: { signal?: AbortSignal }): Promise<Identity>;
    reauthenticate(): Promise<Identity>;
    list(): Promise<Passkey[]>;
    add(options?: { name?: string; kind?: 'passkey' | 'security_key' }): Promise<Passkey>;
    /** Right after a sign-in with a password: a first passkey without a question. `null` if the browser does not. */
    upgrade(): Promise<Passkey | null>;
    rename(id: string, name: string): Promise<void>;
    remove(id: string): Promise<void>;
  };
  /** The authenticator app. */
  readonly totp: {
    offer(): Promise<AppOffer>;
    confirm(body: Body<'totp/confirm'>): Promise<void>;
    remove(): Promise<void>;
  };
  readonly recoveryCodes: {
    offer(): Promise<CodesOffer>;
    confirm(body: Body<'recovery-codes/confirm'>): Promise<void>;
  };
  readonly sessions: {
    list(): Promise<UserSession[]>;
    end(id: string): Promise<void>;
  };
  /** The applications that have access to the account. */
  readonly applications: {
    list(): Promise<Application[]>;
    remove(client_id: string): Promise<void>;
  };
}
