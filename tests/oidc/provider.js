// Starts oidc-provider on the loopback from settings on standard input; says its issuer on standard output.
//
// Machines sign in by client_credentials, their access tokens are JWT (RFC 9068). People sign in by the code flow:
// whom `login_hint` names is signed in without a page, with the `acr` and `amr` that the settings give the account.

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const settings = JSON.parse(readFileSync(0, 'utf8'));
const installed = path.join(process.argv[2], 'node_modules', 'oidc-provider', 'lib', 'index.js');
const { default: Provider } = await import(pathToFileURL(installed));

const accounts = settings.accounts ?? {};

function freshKeys() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'provider-1', alg: 'ES256', use: 'sig' }] };
}
const configuration = {
  clients: settings.clients,
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  jwks: settings.jwks ?? freshKeys(),
  acrValues: settings.acr_values ?? [],
  scopes: ['openid', ...(settings.scopes ?? [])],
  clientAuthMethods: ['private_key_jwt', 'client_secret_basic', 'none'],
  pkce: { required: () => true },
  claims: { openid: ['sub'], acr: null, amr: null, auth_time: null, ...(settings.claims ?? {}) },
  conformIdTokenClaims: false,
  cookies: { keys: ['only for tests'] },
  ttl: { AccessToken: 600, ClientCredentials: settings.seconds ?? 600, Session: 3600, Interaction: 600, Grant: 3600, IdToken: 600 },
  features: {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: true },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => settings.audience ?? [],
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        audience: settings.audience,
        scope: (settings.scopes ?? []).join(' '),
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: settings.token_algorithm ?? 'ES256' } },
      }),
    },
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id].claims }) },
  renderError: (ctx, out) => { ctx.type = 'json'; ctx.body = out; },
};

async function interact(provider, request, response) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    const account = accounts[params.login_hint];
    const result = account
      ? { login: { accountId: params.login_hint, acr: account.acr, amr: account.amr } }
      : { error: 'access_denied', error_description: 'nobody of that name' };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  const grant = (grantId && await provider.Grant.find(grantId))
    || new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope((prompt.details.missingOIDCScope ?? ['openid']).join(' '));
  if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
  for (const [resource, scopes] of Object.entries(prompt.details.missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  provider.on('server_error', (_, error) => console.error(error));
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url.startsWith('/interaction/')) return answer(request, response);
    return interact(provider, request, response).catch(() => response.writeHead(500).end());
  });
  console.log(JSON.stringify({ issuer }));
});
