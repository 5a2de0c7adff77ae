import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = createRequire(__filename).resolve("axe-core/axe.min.js");

/** What axe-core finds on a page as it is now: ids of the rules that passed, and violations with where they are. */
export async function runAxe(
  page: Page,
): Promise<{ readonly passed: readonly string[]; readonly violations: readonly string[] }> {
  // Runs in the page's own world through the debugger, which no content policy stops.
  await page.evaluate(readFileSync(AXE, "utf8"));
  return page.evaluate(async () => {
    interface Result {
      readonly id: string;
      readonly nodes: readonly { readonly html: string }[];
    }
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ passes: Result[]; violations: Result[] }> } };
    const results = await axe.run();
    const told = ({ id, nodes }: Result) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`;
    return { passed: results.passes.map(({ id }) => id), violations: results.violations.map(told) };
  });
}
