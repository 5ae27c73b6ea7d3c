/** Roles of the demo and the page each begins with. */
export const PLACES = { agent: '/inbox', supervisor: '/board', admin: '/admin/inboxes' } as const;

export type DemoRole = keyof typeof PLACES;

// A browser keeps one login per host name. This machine has several names for
// itself, so each role gets one of its own and all can be open at once.
const NAMES: Record<DemoRole, string> = { agent: 'localhost', supervisor: '127.0.0.1', admin: 'admin.localhost' };

const loopback = (host: string) => host === 'localhost' || host === '127.0.0.1' || host.endsWith('.localhost');

/** Where a role of the demo logs in. */
export function loginAddress(role: DemoRole, at: { protocol: string; hostname: string; port: string }): string {
  const host = loopback(at.hostname) ? NAMES[role] : at.hostname;
  const query = new URLSearchParams({ as: role, next: PLACES[role] });
  return `${at.protocol}//${host}${at.port ? `:${at.port}` : ''}/login?${query.toString()}`;
}
