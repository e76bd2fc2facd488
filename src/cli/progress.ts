/**
 * From what a run tells to what a person or a program reads.
 *
 * A person at a terminal sees one bar; a log file gets a line an epoch; a program gets every event as a line of JSON.
 */
import type { RunEvent } from "../runs/events.ts";
import { count, formatNumber, formatPercent, formatSeconds } from "./phrases.ts";
import { paint, type Terminal } from "./terminal.ts";

type EpochEvent = Extract<RunEvent, { kind: "epoch" }>;
type MovingEvent = Extract<RunEvent, { kind: "step" | "scored" | "checked" | "drawn" | "explained" }>;

/** An event as a sentence without its line break. */
export function progressLine(event: RunEvent): string {
  switch (event.kind) {
    case "problem":
      return `warning: ${event.subject}: ${event.message}`;
    case "planned":
      return event.text;
    case "step":
      return `epoch ${event.epoch} of ${event.epochs}, step ${event.step} of ${event.steps}: ${pace(event).join(", ")}`;
    case "epoch":
      return `epoch ${event.epoch} of ${event.epochs}: ${epochWords(event).join(", ")}`;
    case "checked":
      return `read ${event.done} of ${count(event.total, "image")}: ${pace(event).join(", ")}`;
    case "scored":
      return `scored ${event.done} of ${count(event.total, "field")}: ${pace(event).join(", ")}`;
    case "drawn":
      return `drew ${event.done} of ${count(event.total, "field")}: ${pace(event).join(", ")}`;
    case "explained":
      return `explained ${event.done} of ${count(event.total, "field")}: ${pace(event).join(", ")}`;
    case "saved":
      return `wrote ${event.path}`;
  }
}

/**
 * A bar of exactly fitting length for a terminal: at most `columns − 1` characters, since many terminals break the
 * line after the last one.
 *
 * On a narrow terminal the words go first that matter least, then the bar itself.
 *
 * @param epoch the last finished epoch, whose validation is shown beside the bar
 */
export function progressBar(event: MovingEvent, options: { columns: number; epoch?: EpochEvent | undefined }): string {
  const room = Math.max(0, options.columns - 1);
  const share = shareDone(event);
  const head =
    event.kind === "step"
      ? `epoch ${event.epoch}/${event.epochs}`
      : `${{ checked: "read", scored: "scored", drawn: "drew", explained: "explained" }[event.kind]} ${event.done}/${event.total}`;
  const percent = `${Math.floor(100 * share)} %`;
  const details = detailsByWorth(event, options.epoch);
  for (let kept = details.length; kept >= 0; kept--) {
    const words = [percent, ...details.slice(0, kept)].join(", ");
    const length = Math.min(30, room - head.length - words.length - 4);
    if (length >= 8) return `${head} [${bar(share, length)}] ${words}`;
  }
  return `${head} ${percent}`.slice(0, room);
}

/** Something that is shown the events of one run, and cleared at its end. */
export interface Progress {
  show(event: RunEvent): void;
  /** Takes the bar away; the next text starts on a fresh line. */
  end(): void;
}

/**
 * Shows events on `terminal.err`: as a bar where a person watches, as lines otherwise; with `json`, as lines of JSON on
 * `terminal.out` and nothing else.
 */
export function openProgress(terminal: Terminal, { json }: { json: boolean }): Progress {
  if (json) return { show: (event) => terminal.out(`${JSON.stringify(event)}\n`), end: () => {} };
  return terminal.isInteractive ? drawnProgress(terminal) : writtenProgress(terminal);
}

function drawnProgress(terminal: Terminal): Progress {
  let epoch: EpochEvent | undefined;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const clear = () => {
    if (drawnAt !== Number.NEGATIVE_INFINITY) terminal.err("\r\u001b[K");
    drawnAt = Number.NEGATIVE_INFINITY;
  };
  const show = (event: RunEvent) => {
    if (event.kind === "epoch") {
      epoch = event;
    } else if (isMoving(event)) {
      // Ten pictures a second are enough for an eye, and cheap for a slow connection.
      if (terminal.now() - drawnAt < 100) return;
      terminal.err(`\r${progressBar(event, { columns: terminal.columns, epoch })}\u001b[K`);
      drawnAt = terminal.now();
    } else {
      clear();
      terminal.err(`${coloured(terminal, event)}\n`);
    }
  };
  return { show, end: clear };
}

function writtenProgress(terminal: Terminal): Progress {
  const tenths = { scored: 0, checked: 0, drawn: 0, explained: 0 };
  const show = (event: RunEvent) => {
    if (event.kind === "step") return;
    if (isMoving(event)) {
      // A log needs no line a field: one at each tenth of the way.
      const now = Math.floor(10 * shareDone(event));
      if (now <= tenths[event.kind]) return;
      tenths[event.kind] = now;
    }
    terminal.err(`${coloured(terminal, event)}\n`);
  };
  return { show, end: () => {} };
}

function isMoving(event: RunEvent): event is MovingEvent {
  return ["step", "scored", "checked", "drawn", "explained"].includes(event.kind);
}

function coloured(terminal: Terminal, event: RunEvent): string {
  const line = progressLine(event);
  return event.kind === "problem" ? line.replace("warning", paint(terminal, "yellow", "warning")) : line;
}

function shareDone(event: MovingEvent): number {
  const [done, total] =
    event.kind === "step"
      ? [(event.epoch - 1) * event.steps + event.step, event.epochs * event.steps]
      : [event.done, event.total];
  return total > 0 ? Math.min(1, Math.max(0, done / total)) : 1;
}

function pace(event: MovingEvent): string[] {
  const loss = event.kind === "step" ? [`loss ${formatNumber(event.loss)}`] : [];
  return [...loss, ...rate(event), `${formatSeconds(event.secondsLeft)} left`];
}

// Explaining takes seconds a field, or minutes: a rate says nothing that the time left does not.
function rate(event: MovingEvent): string[] {
  if (event.kind === "explained") return [];
  return event.kind === "checked"
    ? [`${formatNumber(event.filesPerSecond)} images/s`]
    : [`${formatNumber(event.fieldsPerSecond)} fields/s`];
}

function epochWords(event: EpochEvent): string[] {
  const words = [`training loss ${formatNumber(event.trainLoss)}`];
  if (event.validationLoss !== null) words.push(`validation loss ${formatNumber(event.validationLoss)}`);
  if (event.validationAccuracy !== null) words.push(`${formatPercent(event.validationAccuracy)} of validation right`);
  words.push(`learning rate ${formatNumber(event.learningRate)}`, formatSeconds(event.seconds));
  return words;
}

// What matters most comes first: the bar drops from the end.
function detailsByWorth(event: MovingEvent, epoch: EpochEvent | undefined): string[] {
  const details = [`${formatSeconds(event.secondsLeft)} left`];
  if (event.kind === "step") details.push(`loss ${formatNumber(event.loss)}`);
  if (epoch !== undefined && epoch.validationAccuracy !== null) {
    details.push(`${formatPercent(epoch.validationAccuracy)} of validation right`);
  }
  details.push(...rate(event));
  return details;
}

function bar(share: number, length: number): string {
  const full = Math.floor(share * length);
  return "#".repeat(full) + "-".repeat(length - full);
}
