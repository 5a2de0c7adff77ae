import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Header in which the page sends its token. */
export const TOKEN_HEADER = "x-sessionary-token";

export interface GuardedRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** Token of the query, or null. */
  readonly queryToken: string | null;
  readonly headers: IncomingHttpHeaders;
}

export interface Refusal {
  readonly status: 403 | 405 | 415;
  readonly text: string;
}

/**
 * Why a request is refused, or null. Only pages of this server, opened with its token, may talk to it:
 * the `Host` must be this server's own (a name that was made to point here is another host), a foreign `Origin` is refused, changes
 * need an `Origin`, data need the token in a header, which no other site can send without asking first.
 */
export function refusalOf(request: GuardedRequest, port: number, token: string): Refusal | null {
  const { method, path, headers } = request;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = headers;
  if (host === undefined || !hosts.includes(host)) return { status: 403, text: "unknown host" };
  if (origin !== undefined && origin !== `http://${host}`) return { status: 403, text: "foreign origin" };
  if (path.startsWith("/api/")) {
    if (!isToken(headers[TOKEN_HEADER], token))
      return { status: 403, text: "wrong token: open the address that `sessionary review` printed" };
    if (method === "GET") return null;
    if (method !== "POST") return { status: 405, text: "GET or POST" };
    if (origin === undefined) return { status: 403, text: "no origin" };
    return headers["content-type"] === "application/json" ? null : { status: 415, text: "application/json, please" };
  }
  if (method !== "GET") return { status: 405, text: "GET" };
  if ((path === "/" || path === "/report") && !isToken(request.queryToken ?? undefined, token))
    return { status: 403, text: "wrong token: open the address that `sessionary review` printed" };
  return null;
}

function isToken(given: string | string[] | undefined, token: string): boolean {
  if (typeof given !== "string") return false;
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
