/**
 * Every case of a reference file: networks, operations, schedules, statistics. `REFERENCE=FILE npm run test:reference`
 * takes another file of the same form. What a file holds beyond what we compute is named and skipped.
 */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { statisticsChecks } from "../statistics/reference-checks.ts";
import { type Deviation, worstOf } from "./compare.ts";
import { isKnownNetwork, networkCase, networkDeviations, unknownExpectations } from "./network-case.ts";
import { describeOperation, isKnownOperation, operationCase, operationDeviations } from "./operations.ts";
import { scheduleChecks } from "./schedules.ts";

const path = process.env.REFERENCE ?? new URL("../fixtures/reference/reference.json", import.meta.url).pathname;
const named = z.looseObject({ name: z.string() });
const operating = z.looseObject({ operation: z.string() });
const reference = z
  .looseObject({
    made_with: z.unknown(),
    seed: z.number(),
    networks: z.array(named).default([]),
    operations: z.array(operating).default([]),
    schedules: z.unknown(),
    statistics: z.unknown(),
  })
  .parse(JSON.parse(readFileSync(path, "utf8")));

describe("networks", () => {
  for (const entry of reference.networks) {
    if (!isKnownNetwork(entry.name)) {
      test.skip(`${entry.name} (skipped: no such network here)`);
      continue;
    }
    for (const key of unknownExpectations(entry)) test.skip(`${entry.name} › ${key} (skipped: not computed here)`);
    test(`${entry.name} agrees with PyTorch`, { timeout: 120_000 }, async () => {
      const sections = Object.entries(await networkDeviations(networkCase.parse(entry)));
      report(entry.name, sections);
      for (const [section, deviations] of sections) expectWithinLimit(deviations, section);
    });
  }
});

describe("operations", () => {
  const worst: Deviation[] = [];
  for (const entry of reference.operations) {
    if (!isKnownOperation(entry.operation)) {
      test.skip(`${entry.operation} (skipped: no such operation here)`);
      continue;
    }
    const operation = operationCase.parse(entry);
    test(`${describeOperation(operation)} agrees with PyTorch`, async () => {
      const deviations = await operationDeviations(operation, reference.seed);
      worst.push(worstOf(deviations));
      expectWithinLimit(deviations, operation.operation);
    });
  }
  afterAll(() => report("operations", [["worst", worst]]));
});

describe("schedules and statistics", () => {
  for (const { name, run, skipped } of [...scheduleChecks(reference), ...statisticsChecks(reference)]) {
    if (skipped) test.skip(name);
    else test(name, run);
  }
});

const sections = ["made_with", "seed", "networks", "operations", "schedules", "statistics"];
for (const key of Object.keys(reference).filter((name) => !sections.includes(name))) {
  test.skip(`${key} (skipped: no such section here)`);
}

/** Prints how near each section comes to its limit. */
function report(name: string, sections: readonly (readonly [string, readonly Deviation[]])[]): void {
  const shares = sections.map(([section, deviations]) => `${section} ${worstOf(deviations).ratio.toPrecision(2)}`);
  console.log(`${name} (1 is the limit): ${shares.join(", ")}`);
}

function expectWithinLimit(deviations: readonly Deviation[], section: string): void {
  const { name, ratio } = worstOf(deviations);
  expect(ratio, `${section}: ${name}`).toBeLessThanOrEqual(1);
}
