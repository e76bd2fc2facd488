/**
 * The colours of maps: they keep their order in a grey print, and are told apart by eyes that see no red or no green.
 *
 * `legendColours` of the room `report` are the same.
 */

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * From nothing to most: four colours of cividis (Nuñez, Anderton & Renslow 2018, doi:10.1371/journal.pone.0199239), which grows lighter all the way.
 */
const sequentialColours = ["#00224e", "#575d6d", "#a59c74", "#fee838"].map(parsed);

// Okabe & Ito (2008), Color Universal Design.
export const vermillion = parsed("#d55e00");
export const blue = parsed("#0072b2");
export const bluishGreen = parsed("#009e73");
const white: Colour = [255, 255, 255];

/** The colour of a share from 0 to 1, held at both ends. */
export function sequential(share: number): Colour {
  const at = Math.min(1, Math.max(0, share)) * (sequentialColours.length - 1);
  const low = Math.min(sequentialColours.length - 2, Math.floor(at));
  return mixed(sequentialColours[low]!, sequentialColours[low + 1]!, at - low);
}

/** The colour of a share from −1, blue, over 0, white, to 1, vermillion, held at both ends. */
export function diverging(share: number): Colour {
  return mixed(white, share < 0 ? blue : vermillion, Math.min(1, Math.abs(share)));
}

/** So much of the second colour in the first. */
function mixed(a: Colour, b: Colour, share: number): Colour {
  const channel = (i: 0 | 1 | 2) => a[i] + share * (b[i] - a[i]);
  return [channel(0), channel(1), channel(2)];
}

function parsed(colour: string): Colour {
  const channel = (i: number) => Number.parseInt(colour.slice(i, i + 2), 16);
  return [channel(1), channel(3), channel(5)];
}
