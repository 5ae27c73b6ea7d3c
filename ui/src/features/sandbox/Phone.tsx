import { Select } from '@mantine/core';
import { IconBattery3, IconBrandMessenger, IconBrandWhatsapp, IconMessageCircle, IconWifi } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChatScreen } from './ChatScreen';
import classes from './phone.module.css';
import { unreadOf, type View } from './reducer';
import { addressOf, APPS, threadKey, type App, type Person, type SandboxState } from './types';
import { useOnScreen } from './useSandbox';

const icons = { sms: IconMessageCircle, whatsapp: IconBrandWhatsapp, messenger: IconBrandMessenger };

/** One person's phone: home screen and three messaging apps. */
export function Phone({ view, state }: { view: View; state: SandboxState }) {
  const { t } = useTranslation('sandbox');
  const [id, setId] = useState(state.people[0]?.id ?? '');
  const [app, setApp] = useState<App | ''>('');
  const person = state.people.find((p) => p.id === id) ?? state.people[0];
  useOnScreen(app, app && person ? addressOf(person, app) : '');
  if (!person) return null;
  const key = app ? threadKey(app, addressOf(person, app)) : '';
  return (
    <section className={classes.side} aria-label={t('panes.phone')}>
      <Select className={classes.person} label={t('phoneOf')} size="xs" allowDeselect={false} value={person.id} onChange={(v) => v && setId(v)}
        data={state.people.map((p) => ({ value: p.id, label: `${p.name} · ${p.phone}` }))} />
      <div className={classes.phone}>
        <div className={classes.screen} data-app={app || 'home'}>
          <StatusBar />
          {app ? (
            <ChatScreen key={key} app={app} person={person} messages={view.threads[key] ?? []} typingUntil={view.typing[key] ?? 0} onBack={() => setApp('')} />
          ) : (
            <Home view={view} person={person} onOpen={setApp} />
          )}
          <button type="button" className={classes.homebar} aria-label={t('home')} onClick={() => setApp('')}><i /></button>
        </div>
      </div>
    </section>
  );
}

function useClock(): Date {
  const [now, set] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => set(new Date()), 5000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const hours = (at: Date) => at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });

function StatusBar() {
  const now = useClock();
  return (
    <div className={classes.status} aria-hidden>
      <b>{hours(now)}</b>
      <span className={classes.notch} />
      <span><IconWifi size={15} /><IconBattery3 size={18} /></span>
    </div>
  );
}

function Home({ view, person, onOpen }: { view: View; person: Person; onOpen: (app: App) => void }) {
  const { t } = useTranslation('sandbox');
  const now = useClock();
  const unread = unreadOf(view, person);
  const newest = APPS.flatMap((app) => (view.threads[threadKey(app, addressOf(person, app))] ?? []).filter((m) => m.direction === 'out' && m.status === 'delivered'))
    .sort((a, b) => a.at.localeCompare(b.at)).slice(-3).reverse();
  return (
    <div className={classes.home}>
      <p className={classes.time} aria-hidden>{hours(now)}</p>
      <p className={classes.date} aria-hidden>{now.toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long' })}</p>
      <ul className={classes.notes} aria-live="polite">
        {newest.map((m) => {
          const Icon = icons[m.app];
          return (
            <li key={m.id}>
              <button type="button" onClick={() => onOpen(m.app)}>
                <span className={classes.app} data-app={m.app}><Icon size={18} aria-hidden /></span>
                <span><b>{t(`apps.${m.app}`)}</b><bdi>{m.text || t('picture')}</bdi></span>
              </button>
            </li>
          );
        })}
      </ul>
      <nav className={classes.dock}>
        {APPS.map((app) => {
          const Icon = icons[app];
          return (
            <button key={app} type="button" onClick={() => onOpen(app)}>
              <span className={classes.app} data-app={app}><Icon size={34} stroke={1.7} aria-hidden /></span>
              <span>{t(`apps.${app}`)}</span>
              {unread[app] > 0 && <span className={classes.badge}><span aria-hidden>{unread[app]}</span><span className="p-hidden">{t('unread', { count: unread[app] })}</span></span>}
            </button>
          );
        })}
      </nav>
    </div>
  );
}
