/** Info on an explanation: what was explained, and whether its maps can be believed. */
import { methodNames } from "../report/explanation-words.ts";
import type { Info } from "./events.ts";
import { kindName } from "./explain-figures.ts";
import { readExplanation } from "./report-explanation.ts";

/** What is worth knowing of an explanation's folder. @throws {NeuroscreenError} `bad-explanation` */
export async function explanationInfo(path: string): Promise<Info> {
  const { study, models, methods, fields, roles, checks, notes } = await readExplanation(path);
  return {
    kind: "explanation",
    path,
    facts: {
      study: study.name,
      networks: [...new Set(models.map(({ network }) => network))],
      maps: methods.map((method) => methodNames[method]),
      fields: fields.map(({ plate, well, site, choice }) => `${plate}/${well}/${site}, ${choice}`),
      "log-odds by stain (Shapley)": Object.fromEntries(
        roles.map(({ role, replacedBy, shapley }) => [
          `${role}, against ${replacedBy}`,
          Object.fromEntries(study.channels.map((name, i) => [name, shapley[i]!.mean])),
        ]),
      ),
      checks:
        checks === null
          ? "none"
          : Object.fromEntries(checks.verdicts.map((verdict) => [kindName(verdict), verdict.sentence])),
      notes: [...notes],
    },
  };
}
