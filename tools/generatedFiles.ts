import { configSchema } from "../model/config/schema";
import { jsonSchemaOf } from "../model/config/schemaTree";
import { commandDocs } from "./commandDocs";
import { configDocs, referenceYaml, schemaJson } from "./configReference";
import { reportDocs } from "./reportDocs";
import { tableDocs, tableSchemas } from "./tableDocs";

/** Files made from code, by path from the package's root; a test keeps them fresh. */
export function generatedFiles(): Map<string, string> {
  const schema = jsonSchemaOf(configSchema);
  return new Map([
    ["resources/schema/sessionary.schema.json", schemaJson(schema)],
    ["resources/config.reference.yaml", referenceYaml(schema)],
    ["docs/config.md", configDocs(schema)],
    ["docs/commands.md", commandDocs()],
    ["docs/reports.md", reportDocs()],
    ["docs/tables.md", tableDocs()],
    ...tableSchemas(),
  ]);
}
