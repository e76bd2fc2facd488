/** Values as the properties of these tests draw them. */
import fc from "fast-check";

/** Lists of at least `atLeast` numbers as instruments give them: steps of 1/1024 up to ±1000, no −0, ties now and then. */
export function numbers(atLeast: number): fc.Arbitrary<number[]> {
  return fc.array(
    fc.integer({ min: -1_024_000, max: 1_024_000 }).map((steps) => steps / 1024),
    { minLength: atLeast, maxLength: 20 },
  );
}

/** Lists of small whole numbers, in which ties are common. */
export function tied(atLeast: number): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min: 0, max: 6 }), { minLength: atLeast, maxLength: 10 });
}
