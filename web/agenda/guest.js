// Temporary credentials of a guest, from a Cognito identity pool.
// Keeps them for as long as the page is open, nowhere else: there is no key in the page or in the browser's storage.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html (enhanced flow)

import { request } from "./shared/request.js";

const SERVICE = "The service that gives guests their keys";
const WORDS = { 400: "This page’s key service does not know its guests." };
/** Milliseconds before their end when credentials are not used any more: a request takes time, and clocks differ. */
const MARGIN = 5 * 60_000;

/** A guest of the pool `identityPoolId`. `identityUrl` is Cognito's endpoint, by default the region's. */
export class Guest {
  #pool;
  #url;
  #credentials = null;

  constructor({ identityPoolId, region, identityUrl }) {
    this.#pool = identityPoolId;
    this.#url = identityUrl || `https://cognito-identity.${region}.amazonaws.com/`;
  }

  /** `{ accessKeyId, secretAccessKey, sessionToken }`, good for some minutes at least. */
  async credentials() {
    this.#credentials ??= this.#fetch();
    try {
      const { keys, expires } = await this.#credentials;
      if (Date.now() < expires - MARGIN) return keys;
    } catch (problem) {
      this.forget();
      throw problem;
    }
    this.forget();
    return (await (this.#credentials = this.#fetch())).keys;
  }

  /** Has the next request ask for new credentials. */
  forget() {
    this.#credentials = null;
  }

  async #fetch() {
    const { IdentityId } = await this.#ask("GetId", { IdentityPoolId: this.#pool });
    const { Credentials } = await this.#ask("GetCredentialsForIdentity", { IdentityId });
    const { AccessKeyId, SecretKey, SessionToken, Expiration } = Credentials;
    const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretKey, sessionToken: SessionToken };
    return { keys, expires: Expiration * 1000 };
  }

  async #ask(operation, body) {
    const headers = {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": `AWSCognitoIdentityService.${operation}`,
    };
    const options = { service: SERVICE, words: WORDS, method: "POST", headers, body: JSON.stringify(body) };
    return (await request(this.#url, options)).json();
  }
}
