/** As the SDK takes them. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Takes the place of the SDK's chain of credential providers in the bundles (lib/resources/bundle-functions.ts). A function has the
 * credentials of its role in the environment and nowhere else; they are read for each call, so that no replaced ones are kept.
 */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => ({
    accessKeyId: variable('AWS_ACCESS_KEY_ID'),
    secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
    sessionToken: process.env.AWS_SESSION_TOKEN || undefined,
  });
}

/** Refused under the name that the SDK's own providers use. */
function variable(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  const message = `The environment variable ${name} is not set. Lambda sets it from the function's role; elsewhere set it yourself.`;
  throw Object.assign(new Error(message), { name: 'CredentialsProviderError' });
}
