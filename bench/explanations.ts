/**
 * Can the maps be believed? `npm run bench -- explanations [OUT] [FUSION …]`; `stacked` and `separate` unless told.
 *
 * Draws the screen of `comparison` with masks of what it changed, cross-validates the networks on it, and as many on shuffled labels, checks their
 * maps, and writes the tables as OUT/table.md. What is done is not done again, and what was cut short goes on.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EnrichmentFigure, ExplanationRecord, Interval } from "../src/records/explain.ts";

const [out = "explanations", ...asked] = process.argv.slice(2);
const names = asked.length === 0 ? ["stacked", "separate"] : asked;
const study = join(out, "screen", "study.yaml");

mkdirSync(out, { recursive: true });
if (!existsSync(study)) {
  const plates = ["--plates", "8", "--fields", "3", "--size", "512", "--layout", "random", "--seed", "11"];
  const how = ["--difficulty", "0.2", "--masks", "--resume"];
  neuroscreen("simulate", "--out", join(out, "screen"), ...plates, ...how);
}
for (const name of names) {
  const model = join(out, `${name}-1`);
  if (!existsSync(join(model, "crossvalidation.json"))) {
    const words = ["--config", "recipes/comparison.yaml", "--seed", "1", "--fusion", name, "--permuted"];
    neuroscreen("crossvalidate", study, ...words, "--out", model, ...(existsSync(model) ? ["--resume"] : []));
  }
  const explained = join(out, `${name}-explained`);
  if (existsSync(join(explained, "explain.json"))) continue;
  const fields = ["--pick", "best,wrong,unsure,median", "--count", "3", "--check-fields", "60"];
  const maps = ["--methods", "gradcam,gradient,guided,windows", "--checks", "enrichment,deletion,randomisation"];
  neuroscreen("explain", study, "--model", model, "--out", explained, ...fields, ...maps, "--resume");
}

const records = names.map((name): [string, ExplanationRecord] => [
  name,
  JSON.parse(readFileSync(join(out, `${name}-explained`, "explain.json"), "utf8")),
]);
const text = [
  ...mapsTable(records),
  "",
  ...enrichmentTable(
    records,
    "By stain, inside what was changed",
    (own) => own.inside === "changed" && own.stain !== null,
  ),
  "",
  ...enrichmentTable(
    records,
    "All stains, inside each structure",
    (own) => own.inside !== "changed" && own.stain === null,
  ),
  "",
  ...stainsTable(records),
].join("\n");
writeFileSync(join(out, "table.md"), `${text}\n`);
console.log(`\n${text}`);

/** A row a kind of map: where it lies, beside networks that learned nothing, whether its pixels matter, whether it depends on the weights. */
function mapsTable(all: typeof records): string[] {
  const rows = all.flatMap(([name, { checks }]) =>
    checks!.verdicts.map(({ method, stage, holds }) => {
      const isOwn = (own: { method: string; stage: string | null }) => own.method === method && own.stage === stage;
      const of = (network: EnrichmentFigure["network"]) =>
        checks!.enrichment.find(
          (own) => isOwn(own) && own.network === network && own.inside === "changed" && own.stain === null,
        );
      const deletion = checks!.deletion.find(isOwn);
      return [
        ...[name, [method, stage ?? ""].join(" ").trim(), shown(of("trained")?.enrichment)],
        ...[shown(of("random")?.gain), shown(of("permuted")?.gain)],
        ...[shown(deletion?.top), shown(deletion?.difference)],
        ...[0, -1].map((layer) => shown(checks!.randomisation.find(isOwn)?.layers.at(layer)?.correlation)),
        holds === null ? "cannot be told" : holds ? "holds" : "fails",
      ];
    }),
  );
  return table(
    [
      ...["network", "map", "enrichment", "less random weights", "less shuffled labels"],
      ...[
        "fall without its pixels",
        "less the same shape elsewhere",
        "correlation, fresh head",
        "correlation, all weights fresh",
        "verdict",
      ],
    ],
    rows,
  );
}

function enrichmentTable(all: typeof records, title: string, isShown: (own: EnrichmentFigure) => boolean): string[] {
  const own = all.flatMap(([name, { checks }]) =>
    checks!.enrichment.filter((row) => row.network === "trained" && isShown(row)).map((row) => ({ name, ...row })),
  );
  const columns = [...new Set(own.map(({ stain, inside }) => stain ?? inside))];
  const kinds = [...new Set(own.map(({ name, method, stage }) => `${name}|${method} ${stage ?? ""}`))];
  const rows = kinds.map((kind) => {
    const some = own.filter(({ name, method, stage }) => `${name}|${method} ${stage ?? ""}` === kind);
    return [
      ...kind.split("|").map((part) => part.trim()),
      ...columns.map((column) => shown(some.find(({ stain, inside }) => (stain ?? inside) === column)?.enrichment)),
    ];
  });
  return [`${title}:`, "", ...table(["network", "map", ...columns], rows)];
}

/** What each stain adds to the log-odds of a role's wells. */
function stainsTable(all: typeof records): string[] {
  const channels = all[0]![1].study.channels;
  const rows = all.flatMap(([name, { roles }]) =>
    roles.map(({ role, replacedBy, shapley }) => [name, role, replacedBy, `${shapley[0]!.n}`, ...shapley.map(shown)]),
  );
  return [
    "What each stain adds to the log-odds:",
    "",
    ...table(["network", "role", "against", "wells", ...channels], rows),
  ];
}

function shown(interval: Interval | null | undefined): string {
  if (!interval) return "";
  const { mean, low, high } = interval;
  const range = low === null || high === null ? "" : ` (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return `${mean.toFixed(2)}${range}`.replaceAll("-", "−");
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function neuroscreen(...words: string[]): void {
  console.log(`$ neuroscreen ${words.join(" ")}`);
  const { status } = spawnSync(process.execPath, ["dist/cli/node.js", ...words], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
