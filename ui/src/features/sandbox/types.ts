// The sandbox's own API; package channels/sandbox is the source.

export const APPS = ['sms', 'whatsapp', 'messenger'] as const;
export type App = (typeof APPS)[number];

export interface Media {
  id: string;
  name: string;
  type: string;
  size: number;
}

export interface Message {
  id: string;
  app: App;
  phone: string;
  direction: 'in' | 'out';
  text: string;
  media: Media[];
  status: 'sending' | 'sent' | 'delivered' | 'read' | 'failed';
  error?: string;
  at: string;
}

export interface Person {
  id: string;
  name: string;
  phone: string;
  wa_id: string;
  psid: string;
  language: string;
}

export interface Faults {
  duplicate: boolean;
  reorder: boolean;
  delay_ms: number;
  fail_next: number;
  drop_next: number;
  undeliverable_next: number;
  rate_limit: boolean;
  window_closed: boolean;
}

export interface Customers {
  running: boolean;
  per_minute: number;
  active: number;
  arrived: number;
  gone: number;
  abandoned: number;
}

export interface SandboxState {
  people: Person[];
  threads: { app: App; phone: string; messages: Message[] }[];
  faults: Faults;
  customers: Customers;
  company: Record<App, string>;
  inboxes: Record<App, string>;
}

export type LiveEvent =
  | { type: 'message' | 'status'; message: Message }
  | { type: 'typing'; app: App; phone: string; on?: boolean }
  | { type: 'faults'; faults: Faults }
  | { type: 'customers'; customers: Customers }
  | { type: 'reload' };

export const addressOf = (p: Person, app: App): string => (app === 'sms' ? p.phone : app === 'whatsapp' ? p.wa_id : p.psid);
export const threadKey = (app: App, phone: string): string => `${app}|${phone}`;
