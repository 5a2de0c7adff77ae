import { join } from "node:path";
import { buildSync } from "esbuild";
import { packageRoot } from "../model/packageRoot";

/** Bundles the review page (`review/page/main.tsx`) beside the compiled server, as one script that loads nothing. */
buildSync({
  entryPoints: [join(packageRoot(), "review", "page", "main.tsx")],
  outfile: join(__dirname, "..", "review", "page", "review.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "inline",
  logLevel: "warning",
});
