// AWS Signature Version 4, with the browser's own cryptography.
// Gets no credentials and sends nothing. Not for S3, which encodes paths and hashes bodies in a way of its own.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

const ALGORITHM = "AWS4-HMAC-SHA256";
const encoder = new TextEncoder();

/**
 * The headers that sign a request, to be sent beside those given here.
 * - `headers`: what is sent and signed besides `host` and what signing adds
 * - `body`: text; `service` and `region`: for whom the signature is
 * - `credentials`: `{ accessKeyId, secretAccessKey, sessionToken }`, the token only with temporary ones
 * - `now`: a `Date`; services accept five minutes of difference
 */
export async function sign({ method, url, headers = {}, body = "", service, region, credentials, now = new Date() }) {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const token = credentials.sessionToken && { "x-amz-security-token": credentials.sessionToken };
  const added = { "x-amz-date": time, ...token };
  const signed = canonicalHeaders({ host: new URL(url).host, ...headers, ...added });
  const names = signed.map(([name]) => name).join(";");
  const request = await canonicalRequest(method, new URL(url), signed, names, body);
  const scope = [time.slice(0, 8), region, service, "aws4_request"];
  const text = [ALGORITHM, time, scope.join("/"), await hash(request)].join("\n");
  const signature = hex(await mac(await signingKey(credentials.secretAccessKey, scope), text));
  const credential = `${credentials.accessKeyId}/${scope.join("/")}`;
  return {
    ...added,
    authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

async function canonicalRequest(method, url, headers, names, body) {
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join("");
  return [method, canonicalPath(url), canonicalQuery(url), lines, names, await hash(body)].join("\n");
}

/** The path, each segment encoded once more than it is in the URL. */
function canonicalPath({ pathname }) {
  return pathname.replace(/\/+/g, "/").split("/").map(encoded).join("/");
}

function canonicalQuery({ search }) {
  const pairs = search.slice(1).split("&").filter(Boolean).map((pair) => {
    const [name, ...value] = pair.split("=");
    return [name, value.join("=")].map((part) => encoded(decodeURIComponent(part)));
  });
  return pairs.sort(ascending).map(([name, value]) => `${name}=${value}`).join("&");
}

function canonicalHeaders(headers) {
  const plain = ([name, value]) => [name.toLowerCase(), String(value).trim().replace(/ +/g, " ")];
  return Object.entries(headers).map(plain).sort(ascending);
}

/** Encodes everything but the unreserved characters of RFC 3986; `encodeURIComponent` leaves five more alone. */
function encoded(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Orders pairs of ASCII texts. */
function ascending([a, x], [b, y]) {
  if (a !== b) return a < b ? -1 : 1;
  return x < y ? -1 : Number(x > y);
}

async function signingKey(secret, scope) {
  let key = encoder.encode(`AWS4${secret}`);
  for (const part of scope) key = await mac(key, part);
  return key;
}

async function mac(key, text) {
  const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return crypto.subtle.sign("HMAC", hmac, encoder.encode(text));
}

async function hash(text) {
  return hex(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

function hex(buffer) {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
