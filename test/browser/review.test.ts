import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { chromium as playwright, type Browser, type Page } from "playwright-core";
import { parseCategories } from "../../model/categories";
import type { ReviewProject } from "../../review/project";
import { startReview, type ReviewServer } from "../../review/server";
import { chromium, CHROMIUM_FLAGS } from "../../tools/browser/chromium";
import { reviewProject } from "../review/sample";
import { runAxe } from "../support/axe";
import { useTempDir } from "../support/tempDir";

const WIDTHS = [400, 900, 1400];
/** Screenshots for people to look at. */
const SHOTS = join(tmpdir(), "sessionary-review");

describe("the review page in a browser", function () {
  this.timeout(300_000);
  const dir = useTempDir();
  let browser: Browser;
  let project: ReviewProject;
  let server: ReviewServer;
  let page: Page;
  /** Requests to anything but the review server. */
  let strangers: string[];
  let errors: string[];

  before(async () => {
    browser = await playwright.launch({ executablePath: chromium(), args: CHROMIUM_FLAGS, timeout: 120_000 });
    mkdirSync(SHOTS, { recursive: true });
  });
  after(() => browser?.close());

  beforeEach(async () => {
    project = reviewProject(dir());
    server = await startReview(project);
    page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    page.setDefaultTimeout(60_000);
    strangers = [];
    errors = [];
    const { origin } = new URL(server.url);
    page.on("request", (request) => new URL(request.url()).origin !== origin && strangers.push(request.url()));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(server.url);
    await page.getByRole("heading", { name: "Review of shop" }).waitFor();
  });
  afterEach(async () => {
    await page?.close();
    await server?.close();
  });

  const status = () => page.getByRole("status").textContent();
  const category = (name: string) => page.getByRole("article", { name, exact: true });
  const clustersIn = (name: string) => category(name).locator(".cluster h4").allTextContents();
  const saved = () => parseCategories(readFileSync(project.categoriesPath, "utf8"), "categories.yaml").categories;

  it("shows clusters of all apps in their categories and loads nothing from elsewhere", async () => {
    expect(await clustersIn("Search")).to.deep.equal(["web 0. Search", "phone 0. Search"]);
    await category("Search").getByText("Events and examples").first().click();
    expect(await category("Search").locator("ol.timeline").first().innerText()).to.match(
      /open × 2.*5 min later.*<b>save<\/b>.*57 more/s,
    );
    expect(strangers).to.deep.equal([]);
    expect(errors).to.deep.equal([]);
  });

  it("moves a cluster by drag and drop", async () => {
    const card = category("Cook").locator(".cluster").first();
    await card.dragTo(category("Search").locator("h3"));
    expect(await clustersIn("Cook")).to.deep.equal(["phone 1. Cook"]);
    expect(await status()).to.equal("Moved cluster 1 of web to Search");
  });

  it("can be worked by keyboard alone: move, rename, mark noise, create, undo, redo, save", async () => {
    const menu = category("Cook").getByLabel("Category", { exact: true }).first();
    await menu.focus();
    await page.keyboard.press("S");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll(".cluster").length === 6);
    expect(await clustersIn("Cook")).to.deep.equal(["phone 1. Cook"]);
    // The focus went with the card.
    expect(await page.evaluate(() => document.activeElement?.id)).to.equal("move-1@web");

    await page.keyboard.press("Control+z");
    expect(await clustersIn("Cook")).to.deep.equal(["web 1. Cook", "phone 1. Cook"]);
    await page.keyboard.press("Control+Shift+z");
    expect(await clustersIn("Cook")).to.deep.equal(["phone 1. Cook"]);

    await category("Search").getByLabel("Name").focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("Looking for ideas");
    expect(await page.getByRole("heading", { name: "Looking for ideas" }).count()).to.equal(1);
    await category("Cook").getByLabel("Noise category").focus();
    await page.keyboard.press("Space");
    expect(await status()).to.equal("Cook is the noise category");
    await page.getByLabel("New category").focus();
    await page.keyboard.type("Plan the week");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+s");
    await page
      .getByRole("status")
      .filter({ hasText: /^Saved/ })
      .waitFor();

    expect(saved().map(({ id, name, noise }) => [id, name, noise])).to.deep.equal([
      ["search", "Looking for ideas", false],
      ["cook", "Cook", true],
      ["noise", "Noise", false],
      ["plan_the_week", "Plan the week", false],
    ]);
    expect(saved()[0]?.clusters.get("web")).to.deep.equal([0, 1]);
    expect(await page.getByRole("button", { name: "Save categories" }).isDisabled()).to.equal(true);
  });

  it("saves the name that is being typed, and undoes it in one step", async () => {
    const name = category("Cook").getByLabel("Name");
    await name.focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("Cooking at home ");
    await page.keyboard.press("Control+s");
    await page
      .getByRole("status")
      .filter({ hasText: /^Saved/ })
      .waitFor();
    expect(saved()[1]?.name).to.equal("Cooking at home");
    await page.getByRole("button", { name: "Undo" }).click();
    expect(await page.getByRole("heading", { name: "Cook", exact: true }).count()).to.equal(1);
    expect(await page.getByRole("button", { name: "Undo" }).isDisabled()).to.equal(true);
  });

  it("proposes to join clusters of the same profile, and says what is new since the earlier discovery", async () => {
    expect(await page.getByText("Gone since then: Seasons (cluster 2 of web).").count()).to.equal(1);
    expect(await category("Cook").getByText("New: the earlier discovery had none like it.").count()).to.equal(1);
    await category("Cook").getByLabel("Category", { exact: true }).first().selectOption("search");
    await page.getByRole("button", { name: /^Move to Cook.*cluster 1 of web$/ }).click();
    expect(await clustersIn("Cook")).to.deep.equal(["web 1. Cook", "phone 1. Cook"]);
  });

  it("opens the discovery's page", async () => {
    const [report] = await Promise.all([
      page.context().waitForEvent("page"),
      page.getByRole("link", { name: "The discovery's page" }).click(),
    ]);
    expect(await report.getByText("Report with Search, Cook, Noise").count()).to.equal(1);
    await report.close();
  });

  it("says so when the file changed elsewhere, and keeps what was done", async () => {
    const before = readFileSync(project.categoriesPath, "utf8");
    await page
      .getByRole("button", { name: /Remove/ })
      .first()
      .click();
    writeFileSync(project.categoriesPath, `${before}# by hand\n`);
    await page.getByRole("button", { name: "Save categories" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).to.match(/changed by someone else/);
    expect(await clustersIn("In no category")).to.deep.equal(["web 0. Search", "phone 0. Search"]);
    await page.getByRole("button", { name: "Write over their changes" }).click();
    await page
      .getByRole("status")
      .filter({ hasText: /^Saved/ })
      .waitFor();
    expect(await page.getByRole("alert").count()).to.equal(0);
    expect(saved().map(({ id }) => id)).to.deep.equal(["cook", "noise"]);
  });

  it("compares numbers of clusters and takes another one", async () => {
    const web = page.getByRole("region", { name: "web", exact: true });
    await web.getByRole("radio", { name: "4" }).check();
    await web.getByText("Clusters at k = 4 against those of the board").click();
    expect(await web.locator(".made").allTextContents()).to.deep.equal([
      "100\u00a0% from 0. Search",
      "100\u00a0% from 1. Cook",
      "100\u00a0% from 2. Noise",
      "100\u00a0% from 0. Search",
    ]);
    await web.getByRole("button", { name: "Take k = 4 for web" }).click();
    await page.getByRole("status").filter({ hasText: "discover --resume" }).waitFor();
    expect(readFileSync(project.configPath, "utf8")).to.match(/k:\s*\{?\s*web: 4/);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`is accessible and fits its window at every width, ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      await page.locator("details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        const room = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
        expect(room[0], `at ${width}`).to.be.at.most(room[1] as number);
        const shot = join(SHOTS, `review-${width}-${colorScheme}.png`);
        await page.screenshot({ path: shot, fullPage: true });
        expect(existsSync(shot)).to.equal(true);
      }
      const { passed, violations } = await runAxe(page);
      expect(passed).to.include.members(["color-contrast", "label", "button-name"]);
      expect(violations).to.deep.equal([]);
    });
  }
});
