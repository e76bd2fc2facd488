/**
 * Every case of a reference file: networks, operations, schedules, statistics. `REFERENCE=FILE npm run test:reference`
 * takes another file of the same form. What a file holds beyond what we compute is named and skipped.
 */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { statisticsChecks } from "../statistics/reference-checks.ts";
import { type Deviation, worstOf } from "./compare.ts";
import { nearKinks, putBack } from "./near-kinks.ts";
import {
  imageOf,
  isKnownNetwork,
  type NetworkCase,
  networkCase,
  networkDeviations,
  specOf,
  unknownExpectations,
  weightsOf,
} from "./network-case.ts";
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
    test(`${entry.name} agrees with PyTorch`, { timeout: 400_000 }, async () => {
      const sections = Object.entries(await settledDeviations(networkCase.parse(entry)));
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

/** The case's deviations; where it deviates, those with an uncertain ReLU put back, if that is all there was. */
async function settledDeviations(network: NetworkCase): Promise<Record<string, Deviation[]>> {
  const agrees = (sections: Record<string, Deviation[]>) =>
    Object.values(sections).every((own) => worstOf(own).ratio <= 1);
  const first = await networkDeviations(network);
  if (agrees(first)) return first;
  const weights = weightsOf(network);
  const kinks = await nearKinks(specOf(network.name), weights, imageOf(network));
  for (const kink of kinks.slice(0, 4)) {
    const again = await networkDeviations(network, putBack(weights, kink));
    if (!agrees(again)) continue;
    const worst = worstOf(Object.values(first).flat());
    console.log(
      `${network.name}: ${worst.name} was ${worst.ratio.toPrecision(2)} times its limit; all agrees with one ReLU put back whose ` +
        `input is ${kink.value.toExponential(1)}, less than its rounding (channel ${kink.channel} behind ${kink.bias})`,
    );
    return again;
  }
  return first;
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
