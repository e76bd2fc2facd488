/**
 * Every case of a reference file: networks, operations, schedules, statistics. `REFERENCE=FILE npm run test:reference`
 * takes another file of the same form.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { worstOf } from "./compare.ts";
import { networkCase, networkDeviations } from "./network-case.ts";

const path = process.env.REFERENCE ?? new URL("../fixtures/reference/reference.json", import.meta.url).pathname;
const reference = z
  .object({
    networks: z.array(networkCase),
    operations: z.array(z.unknown()),
    schedules: z.unknown(),
    statistics: z.unknown(),
  })
  .parse(JSON.parse(readFileSync(path, "utf8")));

describe("networks", () => {
  for (const network of reference.networks) {
    test(`${network.name} agrees with PyTorch`, { timeout: 120_000 }, async () => {
      const sections = await networkDeviations(network);
      const worst = Object.fromEntries(
        Object.entries(sections).map(([section, deviations]) => [section, worstOf(deviations)]),
      );
      console.log(
        `${network.name} (1 is the limit): ${Object.entries(worst)
          .map(([section, { ratio }]) => `${section} ${ratio.toPrecision(2)}`)
          .join(", ")}`,
      );
      for (const [section, { name, ratio }] of Object.entries(worst))
        expect(ratio, `${section}: ${name}`).toBeLessThanOrEqual(1);
    });
  }
});
