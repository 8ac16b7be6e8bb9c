// What of Gatehouse is a plugin there. The Worker and the migrations of its database need the same list.

import { oauthProvider } from '@better-auth/oauth-provider';
import { passkey } from '@better-auth/passkey';
import { jwt } from 'better-auth/plugins/jwt';
import { twoFactor } from 'better-auth/plugins/two-factor';

export const plugins = [passkey(), twoFactor(), jwt(), oauthProvider({ loginPage: '/sign-in', consentPage: '/consent' })];
