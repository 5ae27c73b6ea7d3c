// The server's clock against this one, so that deadlines hold on a computer whose clock is off.
let offset = 0;

/** Learns from an answer's Date header (whole seconds). Small differences are noise. */
export function learnClock(dateHeader: string | null, local = Date.now()): void {
  if (!dateHeader) return;
  const server = Date.parse(dateHeader);
  if (Number.isNaN(server)) return;
  const off = server + 500 - local;
  offset = Math.abs(off) < 2500 ? 0 : off;
}

/** Now by the server's clock, in ms. */
export function serverNow(): number {
  return Date.now() + offset;
}
