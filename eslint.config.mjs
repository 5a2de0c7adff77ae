import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", ".build", "coverage", "vendor-empty", "node_modules", "review/page", "**/*.mjs", "**/*.cjs"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: true },
    rules: {
      // Callbacks and overrides may ignore leading parameters.
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Numbers in messages are what messages are for.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // An async method may fulfil an interface without waiting for anything.
      "@typescript-eslint/require-await": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
    },
  },
  {
    // The SDK types its chain and its internals as `any`; what crosses into our signatures is typed again in `beam/`.
    files: ["beam/**/*.ts", "transforms/**/*.ts", "pipelines/**/*.ts", "test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  {
    // Modules that only engines need, and the SDK's worker, are loaded when they are needed.
    files: ["beam/**/*.ts", "io/**/*.ts", "tools/**/*.ts"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    // Chai's assertions are expressions.
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
  { files: ["tools/**/*.ts", "bench/**/*.ts"], rules: { "no-console": "off" } },
);
