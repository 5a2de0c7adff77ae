import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { chromium as playwright, type Browser, type Page } from "playwright-core";
import { discoveryPage } from "../../report/pages/discoveryPage";
import { modelPage } from "../../report/pages/modelPage";
import { profilePage } from "../../report/pages/profilePage";
import { summaryPage } from "../../report/pages/summaryPage";
import { chromium, CHROMIUM_FLAGS } from "../../tools/browser/chromium";
import { discoveryData, modelData, profileData, summaryData } from "../report/samples";
import { runAxe } from "../support/axe";
import { useTempDir } from "../support/tempDir";

const WIDTHS = [390, 820, 1440];
/** Screenshots for people to look at. */
const SHOTS = join(tmpdir(), "sessionary-pages");

const PAGES = {
  discovery: () => discoveryPage(discoveryData()),
  model: () => modelPage(modelData()),
  profile: () => profilePage(profileData()),
  summary: () => summaryPage(summaryData()),
};

describe("report pages in a browser", function () {
  this.timeout(300_000);
  const dir = useTempDir();
  let browser: Browser;
  let page: Page;
  let requests: string[];

  before(async () => {
    browser = await playwright.launch({ executablePath: chromium(), args: CHROMIUM_FLAGS, timeout: 120_000 });
    mkdirSync(SHOTS, { recursive: true });
  });
  after(() => browser?.close());
  beforeEach(async () => {
    page = await browser.newPage();
    requests = [];
    page.on("request", (request) => requests.push(request.url()));
  });
  afterEach(() => page?.close());

  for (const [name, make] of Object.entries(PAGES)) {
    it(`the ${name} page loads nothing, fits its window and is accessible, light and dark`, async () => {
      const file = join(dir(), `${name}.html`);
      writeFileSync(file, make());
      const address = pathToFileURL(file).href;
      await page.goto(address);
      await page.locator("details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          const room = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
          expect(room[0], `at ${width}`).to.be.at.most(room[1] as number);
          await page.screenshot({
            path: join(SHOTS, `${name}-${width}-${colorScheme}.png`),
            fullPage: colorScheme === "light" && width > 390,
          });
        }
        const { violations } = await runAxe(page);
        expect(violations, colorScheme).to.deep.equal([]);
      }
      expect(requests).to.deep.equal([address]);
    });
  }
});
