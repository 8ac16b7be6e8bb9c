/** What an MCP client stores, and who it is: the `OAuthClientProvider` of both SDKs. */
export class Provider {
  constructor(redirectUrl, { id, issuer, clientMetadataUrl } = {}) {
    this.redirectUrl = redirectUrl;
    this.clientMetadata = {
      client_name: 'Code Tool',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'notes:read offline_access',
    };
    if (id) this.information = { client_id: id, issuer };
    this.clientMetadataUrl = clientMetadataUrl;
  }

  state = () => 'a state';
  clientInformation = () => this.information;
  saveClientInformation = (information) => (this.information = information);
  tokens = () => this.kept;
  saveTokens = (tokens) => (this.kept = tokens);
  redirectToAuthorization = (url) => (this.sent = url);
  saveCodeVerifier = (verifier) => (this.verifier = verifier);
  codeVerifier = () => this.verifier;
  saveDiscoveryState = (state) => (this.discovered = state);
  discoveryState = () => this.discovered;
}
