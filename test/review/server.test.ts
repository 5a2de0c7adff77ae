import { readFileSync, writeFileSync } from "node:fs";
import { request, type IncomingHttpHeaders } from "node:http";
import { expect } from "chai";
import { parseCategories } from "../../model/categories";
import { TOKEN_HEADER } from "../../review/guard";
import type { ReviewData, Saved } from "../../review/reviewData";
import type { ReviewProject } from "../../review/project";
import { startReview, type ReviewServer } from "../../review/server";
import { useTempDir } from "../support/tempDir";
import { reviewProject } from "./sample";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

describe("the review server", () => {
  const dir = useTempDir();
  let project: ReviewProject;
  let server: ReviewServer;
  let token: string;
  let origin: string;

  beforeEach(async () => {
    project = reviewProject(dir());
    server = await startReview(project);
    const url = new URL(server.url);
    token = url.searchParams.get("token") as string;
    origin = url.origin;
  });
  afterEach(() => server.close());

  const ask = (
    path: string,
    headers: Record<string, string> = {},
    body?: unknown,
    method = body === undefined ? "GET" : "POST",
  ) =>
    new Promise<Answer>((resolve, reject) => {
      const outgoing = request(`${origin}${path}`, { method, headers }, (incoming) => {
        let text = "";
        incoming.on("data", (part) => (text += String(part)));
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }));
      });
      outgoing.on("error", reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const mine = () => ({ [TOKEN_HEADER]: token });
  const writing = () => ({ ...mine(), origin, "content-type": "application/json" });
  const load = async () => JSON.parse((await ask("/api/review", mine())).text) as ReviewData;
  const post = async (path: string, body: unknown) => JSON.parse((await ask(path, writing(), body)).text) as Saved;

  it("listens on the loopback interface and shows its page to those who have the token", async () => {
    expect(new URL(server.url).hostname).to.equal("127.0.0.1");
    expect(token.length).to.be.at.least(32);
    const page = await ask(`/?token=${token}`);
    expect(page.status).to.equal(200);
    expect(page.text).to.include("/review.js");
    expect((await ask("/")).status).to.equal(403);
    expect((await ask(`/?token=${token.slice(0, -1)}x`)).status).to.equal(403);
    expect((await ask("/review.js")).status).to.equal(200);
    expect((await ask("/nothing")).status).to.equal(404);
  });

  it("lets pages load from itself only", async () => {
    for (const path of [`/?token=${token}`, "/review.js", "/review.css"]) {
      const policy = (await ask(path)).headers["content-security-policy"] as string;
      expect(policy)
        .to.match(/default-src 'none'/)
        .and.to.match(/frame-ancestors 'none'/);
      expect(policy).to.not.match(/unsafe|\*|https?:/);
    }
  });

  it("refuses foreign hosts and origins, wrong tokens, and changes that do not come from its page", async () => {
    const refused: [string, Record<string, string>, unknown?, string?][] = [
      [`/?token=${token}`, { host: "evil.example" }],
      [`/?token=${token}`, { host: `evil.example:${new URL(origin).port}` }],
      ["/api/review", { ...mine(), origin: "http://evil.example" }],
      ["/api/review", {}],
      ["/api/review", { [TOKEN_HEADER]: "x" }],
      ["/api/categories", { ...mine(), "content-type": "application/json" }, {}],
      ["/api/categories", { ...writing(), origin: "null" }, {}],
      ["/api/categories", { origin, "content-type": "application/json" }, {}],
    ];
    for (const [path, headers, body] of refused)
      expect((await ask(path, headers, body)).status, JSON.stringify([path, headers])).to.equal(403);
    expect((await ask("/api/categories", { ...writing(), "content-type": "text/plain" }, {})).status).to.equal(415);
    expect((await ask("/api/categories", writing(), {}, "PUT")).status).to.equal(405);
    expect((await ask("/", writing(), {})).status).to.equal(405);
  });

  it("saves categories as a file that train reads, with ids, order and the discovery kept", async () => {
    const data = await load();
    const [search, cook, noise] = data.categories as [
      ReviewData["categories"][0],
      ReviewData["categories"][0],
      ReviewData["categories"][0],
    ];
    const changed = [
      { ...cook, name: "Cooking: at home #1", clusters: { web: [1], phone: [0, 1] } },
      { ...search, clusters: { web: [0] } },
      noise,
    ];
    const saved = await post("/api/categories", { categories: changed, basedOn: data.basedOn });
    expect(saved.ok).to.equal(true);
    const file = parseCategories(readFileSync(project.categoriesPath, "utf8"), "categories.yaml");
    expect(file.discovery).to.equal(project.report.id);
    expect(file.categories.map(({ id, name }) => [id, name])).to.deep.equal([
      ["cook", "Cooking: at home #1"],
      ["search", "Search"],
      ["noise", "Noise"],
    ]);
    expect(file.categories[0]?.clusters.get("phone")).to.deep.equal([0, 1]);
    expect((await load()).basedOn).to.equal(saved.ok && saved.basedOn);
  });

  it("writes nothing where anything is wrong, and says what", async () => {
    const before = readFileSync(project.categoriesPath, "utf8");
    const { categories, basedOn } = await load();
    const [first, ...others] = categories as [ReviewData["categories"][0], ...ReviewData["categories"]];
    const wrong: [ReviewData["categories"], RegExp][] = [
      [[{ ...first, clusters: { web: [7] } }, ...others], /web has clusters 0 to 2, so not 7/],
      [[{ ...first, clusters: { desk: [0] } }, ...others], /desk/],
      [[{ ...first, clusters: { web: [1] } }, ...others], /cluster 1 of web is in/],
      [[{ ...first, color: "red" }, ...others], /colour/],
      [[{ ...first, id: "cook" }, ...others], /used twice/],
    ];
    for (const [bad, expected] of wrong) {
      const saved = await post("/api/categories", { categories: bad, basedOn });
      expect(saved.ok ? "" : saved.problems.join("\n")).to.match(expected);
    }
    expect(readFileSync(project.categoriesPath, "utf8")).to.equal(before);
  });

  it("does not write over what someone else saved", async () => {
    const { categories, basedOn } = await load();
    const edited = `${readFileSync(project.categoriesPath, "utf8")}# by hand\n`;
    writeFileSync(project.categoriesPath, edited);
    const saved = await post("/api/categories", { categories, basedOn });
    expect(saved.ok ? "" : saved.problems[0]).to.match(/changed by someone else/);
    expect(readFileSync(project.categoriesPath, "utf8")).to.equal(edited);
    // Unless one says so, knowing of that change.
    const over = await post("/api/categories", { categories, basedOn: saved.ok ? "" : saved.theirs });
    expect(over.ok).to.equal(true);
    expect(readFileSync(project.categoriesPath, "utf8")).to.not.include("# by hand");
  });

  it("tells what is wrong with a file that was broken by hand, with lines", async () => {
    const text = readFileSync(project.categoriesPath, "utf8").replace("id: cook", "id: Cook It");
    writeFileSync(project.categoriesPath, text);
    const answer = await ask("/api/review", mine());
    expect(answer.status).to.equal(422);
    expect(answer.text).to.match(/the categories file has a problem.*categories\.yaml:\d+: id: lower-case/);
  });

  it("shows the discovery's page with the saved names, to those who have the token, without scripts", async () => {
    const { categories, basedOn } = await load();
    await post("/api/categories", { categories: categories.map((one, i) => ({ ...one, name: `Named ${i}` })), basedOn });
    const page = await ask(`/report?token=${token}`);
    expect(page.text).to.equal("<p>Report with Named 0, Named 1, Named 2</p>");
    expect(page.headers["content-security-policy"])
      .to.match(/default-src 'none'/)
      .and.to.not.match(/script-src/);
    expect((await ask("/report")).status).to.equal(403);
    expect((await ask("/report?token=wrong")).status).to.equal(403);
  });

  it("writes the chosen k into the settings and leaves the rest of them alone", async () => {
    expect((await post("/api/k", { app: "web", k: 4 })).ok).to.equal(true);
    expect((await post("/api/k", { app: "web", k: 2 })).ok).to.equal(true);
    const text = readFileSync(project.configPath, "utf8");
    expect(text)
      .to.match(/^# mine/)
      .and.to.include("paths: logs # here");
    expect(text.match(/web: \d+/g)).to.deep.equal(["web: 2"]);
    expect((await post("/api/k", { app: "web", k: 9 })).ok).to.equal(false);
    expect((await post("/api/k", { app: "desk", k: 3 })).ok).to.equal(false);
  });
});
