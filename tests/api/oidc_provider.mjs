// A provider of identities for the tests: oidc-provider with one client, which lets in whoever names themselves.
// Started as: node oidc_provider.mjs FOLDER_OF_NODE_MODULES PORT CLIENT_SECRET REDIRECT_URI
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, port, secret, back] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/`));
const { default: Provider } = await import(pathToFileURL(require.resolve("oidc-provider")));

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "onrecord", client_secret: secret, redirect_uris: [back] }],
  claims: { openid: ["sub"], profile: ["preferred_username"], email: ["email", "email_verified"] },
  features: { devInteractions: { enabled: true } },
  // An account is what was typed at the sign-in; those that begin with "unproven" have a mail address nobody proved.
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      preferred_username: id,
      email: `${id}@example.org`,
      email_verified: !id.startsWith("unproven"),
      role: "administrator",
    }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
