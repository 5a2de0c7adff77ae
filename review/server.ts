import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { UserError } from "../model/errors";
import { STYLE } from "../report/html/style";
import { refusalOf } from "./guard";
import { REVIEW_STYLE } from "./style";
import { loadReport, loadReview, saveCategories, saveK, type ReviewProject } from "./project";

/** A running review page. */
export interface ReviewServer {
  /** With the token; works on this machine only. */
  readonly url: string;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
/** Largest body that is read. */
const MAX_BODY_BYTES = 1 << 20;

const HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/** The discovery's page has its styles inside and no script. */
const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Review of a discovery</title>
    <link rel="stylesheet" href="/review.css" />
  </head>
  <body>
    <div id="review"><p>Loading…</p></div>
    <noscript><p>This page needs JavaScript; the file categories.yaml can be edited without it.</p></noscript>
    <script src="/review.js"></script>
  </body>
</html>
`;

/**
 * Serves the review page of a discovery on the loopback interface, until closed. The page's script is a product of the build
 * (`tools/buildReview.ts`), beside this file.
 * @param port 0 = any free one
 */
export async function startReview(project: ReviewProject, port = 0): Promise<ReviewServer> {
  const token = randomBytes(24).toString("base64url");
  const script = await readFile(join(__dirname, "page", "review.js"), "utf8");
  let bound = 0;
  const server = createServer((request, response) => {
    answer(request, response, { project, token, port: bound, script }).catch((error: unknown) => {
      const { message } = error as Error;
      const [status, problems] =
        error instanceof UserError ? ([422, [message, ...error.hints]] as const) : ([500, [message]] as const);
      send(response, status, "application/json", JSON.stringify({ ok: false, problems }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, resolve);
  });
  bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${HOST}:${bound}/?token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Context {
  readonly project: ReviewProject;
  readonly token: string;
  readonly port: number;
  readonly script: string;
}

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { pathname: path, searchParams } = new URL(request.url ?? "/", `http://${HOST}`);
  const method = request.method ?? "GET";
  const asked = { method, path, queryToken: searchParams.get("token"), headers: request.headers };
  const refusal = refusalOf(asked, context.port, context.token);
  if (refusal) return send(response, refusal.status, "text/plain; charset=utf-8", refusal.text);
  const json = (value: unknown, status = 200) => send(response, status, "application/json", JSON.stringify(value));
  switch (`${method} ${path}`) {
    case "GET /":
      return send(response, 200, "text/html; charset=utf-8", PAGE);
    case "GET /report":
      return send(response, 200, "text/html; charset=utf-8", await loadReport(context.project), REPORT_POLICY);
    case "GET /review.js":
      return send(response, 200, "text/javascript; charset=utf-8", context.script);
    case "GET /review.css":
      return send(response, 200, "text/css; charset=utf-8", STYLE + REVIEW_STYLE);
    case "GET /api/review":
      return json(await loadReview(context.project));
    case "POST /api/categories":
    case "POST /api/k": {
      const body = await bodyOf(request);
      if (body === null) return json({ ok: false, problems: ["the request is not JSON, or too long"] }, 400);
      const saved = path === "/api/k" ? await saveK(context.project, body) : await saveCategories(context.project, body);
      return json(saved, saved.ok ? 200 : 422);
    }
    default:
      return send(response, 404, "text/plain; charset=utf-8", "not here");
  }
}

function send(response: ServerResponse, status: number, type: string, text: string, policy?: string): void {
  response.writeHead(status, { ...HEADERS, ...(policy && { "Content-Security-Policy": policy }), "Content-Type": type });
  response.end(text);
}

/** The parsed body, or null where it is no JSON object or too long. */
async function bodyOf(request: IncomingMessage): Promise<object | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return null;
    parts.push(part);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString("utf8"));
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
