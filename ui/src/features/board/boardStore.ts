import { serviceLevel, settle, staffLevel, waitLevel, worst, type Held, type Level } from './status';
import type { Board, BoardQueue } from './types';

/** The levels of a queue as shown, after the hold. */
export interface QueueLevels {
  readonly wait: Level;
  readonly service: Level;
  readonly staff: Level;
  readonly all: Level;
}

/** What the board shows. The object is new only when something in it changed. */
export interface BoardView {
  readonly board: Board | null;
  /** Server time less this machine's, in milliseconds. */
  readonly skew: number;
  /** When the last frame came, by this machine's clock; 0 before the first. */
  readonly heard: number;
  readonly stale: boolean;
  readonly levels: ReadonlyMap<string, QueueLevels>;
}

/**
 * Without a board for this long the feed is dead, and people are told within
 * 5 s of its last word. A quiet feed is asked well before (see useBoard).
 */
export const STALE_MS = 4500;

/** The key of the totals row among the levels. */
export const TOTALS = '';

/** The seconds that the longest waiting customer of a queue has waited at a server time. */
export function longestWait(q: BoardQueue, serverNow: number): number | null {
  if (q.longest_since === undefined) return null;
  return Math.max(0, (serverNow - Date.parse(q.longest_since)) / 1000);
}

/** The levels that a queue's figures have at a server time, before the hold. */
export function rawLevels(q: BoardQueue, serverNow: number): QueueLevels {
  const wait = waitLevel(longestWait(q, serverNow), q.target_seconds);
  const service = serviceLevel(q.service_level, q.target_share);
  const staff = staffLevel(q);
  return { wait, service, staff, all: worst([wait, service, staff]) };
}

/**
 * Keeps the newest board, decides whether it is stale, and holds levels so that
 * they change at most once in ten seconds. It does no I/O: whoever owns it
 * feeds it frames and calls tick about once a second.
 */
export class BoardStore {
  private view: BoardView = { board: null, skew: 0, heard: 0, stale: false, levels: new Map() };
  private readonly held = new Map<string, Held>();
  private readonly listeners = new Set<() => void>();
  private readonly clock: () => number;

  constructor(clock: () => number = Date.now) {
    this.clock = clock;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): BoardView => this.view;

  /**
   * Takes a board that came at `heard` by this machine's clock. One that came
   * before what is shown changes nothing.
   */
  receive(board: Board, heard: number): void {
    if (this.view.board !== null && heard < this.view.heard) return;
    const now = this.clock();
    const skew = Date.parse(board.at) - heard;
    const stale = now - heard >= STALE_MS;
    this.set({ board, skew, heard, stale, levels: this.levelsOf(board, now, skew) });
  }

  /** Looks at the clock: waits grow and feeds die without any frame saying so. */
  tick(): void {
    const { board, skew, heard, levels, stale } = this.view;
    if (board === null) return;
    const now = this.clock();
    const dead = now - heard >= STALE_MS;
    // A dead feed's levels are history: they stay as they were.
    const next = dead ? levels : this.levelsOf(board, now, skew);
    if (dead !== stale || !sameLevels(levels, next)) {
      this.set({ ...this.view, stale: dead, levels: next });
    }
  }

  private levelsOf(board: Board, now: number, skew: number): Map<string, QueueLevels> {
    const out = new Map<string, QueueLevels>();
    for (const q of board.queues) {
      const raw = rawLevels(q, now + skew);
      const wait = this.hold(`${q.id}/wait`, raw.wait, now);
      const service = this.hold(`${q.id}/service`, raw.service, now);
      const staff = this.hold(`${q.id}/staff`, raw.staff, now);
      out.set(q.id, { wait, service, staff, all: worst([wait, service, staff]) });
    }
    const staff = this.hold('/staff', staffLevel(board.totals), now);
    out.set(TOTALS, totalLevels([...out.values()], staff));
    return out;
  }

  private hold(key: string, level: Level, now: number): Level {
    const held = settle(this.held.get(key), level, now);
    this.held.set(key, held);
    return held.level;
  }

  private set(view: BoardView): void {
    this.view = view;
    for (const listener of this.listeners) listener();
  }
}

// Queues have targets of their own; the totals are as bad as the worst of them.
// Staffing is judged by the totals' own figures: agents serve several queues.
function totalLevels(queues: readonly QueueLevels[], staff: Level): QueueLevels {
  return {
    wait: worst(queues.map((q) => q.wait)),
    service: worst(queues.map((q) => q.service)),
    staff,
    all: worst(queues.map((q) => q.all)),
  };
}

function sameLevels(a: ReadonlyMap<string, QueueLevels>, b: ReadonlyMap<string, QueueLevels>): boolean {
  if (a.size !== b.size) return false;
  for (const [id, x] of a) {
    const y = b.get(id);
    if (y === undefined || x.wait !== y.wait || x.service !== y.service || x.staff !== y.staff) return false;
  }
  return true;
}
