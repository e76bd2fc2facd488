/**
 * Channels, from what file names write for them.
 */
import type { Channel } from "../plates/study.ts";
import { channelName, type Naming } from "./guess-namings.ts";
import type { ReadName } from "./guess-read.ts";

/** The channels that at least half as many images have as the commonest, in the order of their texts. */
export function guessChannels(
  names: readonly ReadName[],
  { channelPrefix }: Naming,
): { readonly channels: readonly Channel[]; readonly notes: readonly string[] } {
  const counts = new Map<string, { text: string; count: number }>();
  for (const { channel } of names) {
    if (channel === undefined) continue;
    const key = channel.trim().toLowerCase();
    counts.set(key, { text: counts.get(key)?.text ?? channel.trim(), count: (counts.get(key)?.count ?? 0) + 1 });
  }
  // Names without a channel are those of a study with one stain, whichever it is.
  if (counts.size === 0) return { channels: [{ name: "stain", match: "1" }], notes: [] };
  const most = Math.max(...[...counts.values()].map(({ count }) => count));
  const all = [...counts.values()].sort((a, b) => compareTexts(a.text, b.text));
  const rare = all.filter(({ count }) => 2 * count < most);
  const texts = all.filter(({ count }) => 2 * count >= most).map(({ text }) => text);
  const lastPart = (text: string) => text.split(" - ").at(-1)!.trim();
  const isOwn = (part: string) =>
    all.filter(({ text }) => lastPart(text).toLowerCase() === part.toLowerCase()).length === 1;
  const chosen = texts.map((text) => {
    const match = isOwn(lastPart(text)) ? lastPart(text) : text;
    return { name: channelName(match, channelPrefix), match };
  });
  const isDoubled = (name: string) =>
    chosen.filter((other) => other.name.toLowerCase() === name.toLowerCase()).length > 1;
  return {
    channels: chosen.map(({ name, match }) => ({ name: isDoubled(name) ? match : name, match })),
    notes: rare.map(
      ({ text, count }) => `the channel ${text} has ${count} images, far fewer than the others, and is left out`,
    ),
  };
}

/** Compares as people sort: `2` before `10`. */
export function compareTexts(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
