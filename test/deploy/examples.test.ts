import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { METRICS } from "../../cli/metrics/metricList";
import { makeProgram } from "../../cli/program";
import { packageRoot } from "../../model/packageRoot";

const deploy = (...path: string[]) => join(packageRoot(), "deploy", ...path);
const textOf = (...path: string[]) => readFileSync(deploy(...path), "utf8");
const filesOf = (ending: string) =>
  readdirSync(deploy(), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(ending));

describe("the examples in deploy", () => {
  it("are shell scripts that bash can read", () => {
    const scripts = filesOf(".sh");
    expect(scripts.length).to.be.greaterThan(1);
    for (const script of scripts) {
      expect(spawnSync("bash", ["-n", deploy(script)], { encoding: "utf8" }).stderr, script).to.equal("");
    }
  });

  it("have a DAG that Python can read", () => {
    const check = "import ast, sys; ast.parse(open(sys.argv[1]).read())";
    const { stderr } = spawnSync("python3", ["-c", check, deploy("airflow", "sessionary_daily.py")], { encoding: "utf8" });
    expect(stderr).to.equal("");
  });

  it("have alert rules on metrics that there are", () => {
    const { groups } = parse(textOf("prometheus", "sessionary-alerts.yml")) as {
      groups: { rules: { alert: string; expr: string }[] }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).to.be.greaterThan(3);
    for (const { alert, expr } of rules) {
      const names = expr.match(/sessionary_\w+/g) ?? [];
      expect(names.length, alert).to.be.greaterThan(0);
      expect(
        names.filter((name) => !(name in METRICS)),
        alert,
      ).to.deep.equal([]);
    }
  });

  it("have a compose file with a pool in the network of every task manager", () => {
    const { services } = parse(textOf("flink", "compose.yml"), { merge: true }) as {
      services: Record<string, { network_mode?: string }>;
    };
    const managers = Object.keys(services).filter((name) => name.startsWith("taskmanager"));
    const shared = Object.values(services).map((service) => service.network_mode);
    for (const manager of managers) expect(shared).to.include(`service:${manager}`);
  });

  it("use commands and options that there are", () => {
    const program = makeProgram();
    const known = new Map(program.commands.map((command) => [command.name(), new Set(command.options.map(({ long }) => long))]));
    const calls = [...filesOf(".sh"), ...filesOf(".example"), ...filesOf(".service"), ...filesOf(".yml")].flatMap((file) =>
      [...textOf(file).matchAll(/(?:^|[\s'"])sessionary ([a-z-]+)((?: +(?:--[a-z-]+|[^\s;#]+))*)/gm)]
        .filter(([, command]) => known.has(command as string))
        .map(([, command, rest]) => ({ file, command: command as string, options: (rest as string).match(/--[a-z-]+/g) ?? [] })),
    );
    expect(calls.length).to.be.greaterThan(3);
    for (const { file, command, options } of calls) {
      expect(
        options.filter((option) => !known.get(command)?.has(option)),
        `${file}: ${command}`,
      ).to.deep.equal([]);
    }
  });
});
