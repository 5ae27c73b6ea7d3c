import { IconArrowRight, IconCheck, IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Decision, Routing, WaitingWhy } from '@/api/types';
import { brief, clock, span, upcoming, useNow } from './time';
import classes from './Why.module.css';

// What the router says for itself, for agents and supervisors alike.

type Offers = Routing['offers'];

/** The reasons nearest to "could have": what a supervisor can change first stands first. */
const order = ['capacity', 'reserved', 'kept', 'channel_limit', 'declined', 'busy', 'away', 'hours', 'ring', 'level', 'skill', 'offline', 'disabled'];

/** Who has it now: the offer that brought it to them. */
export function chosen(routing: Routing, agentId: string): Offers[number] | undefined {
  return agentId ? routing.offers.find((o) => o.agent_id === agentId && (o.state === 'accepted' || o.state === 'pending')) : undefined;
}

/** Which rule sent it where; nothing when none did. */
export function ByRule({ rule }: { rule: Routing['rule'] }) {
  const { t } = useTranslation('ui');
  return rule ? <p className={classes.words} dir="auto">{t('why.byRule', { rule: rule.name, queue: rule.queue })}</p> : null;
}

/** Why somebody in line has nobody yet, and what comes by itself. */
export function Waiting({ waiting: w }: { waiting: WaitingWhy }) {
  const { t } = useTranslation('ui');
  const step = w.rings.find((r) => !r.holds);
  const stepIsNext = step !== undefined && step.at === w.next_at;
  return (
    <>
      <p className={classes.words} dir="auto">{w.words}</p>
      {w.next_at && w.next && !stepIsNext && (
        <p className={classes.next}><IconArrowRight size={14} aria-hidden /><span dir="auto">{t('why.next', { what: w.next })} <In at={w.next_at} /></span></p>
      )}
      {w.rings.length > 0 && (
        <>
          <h4 className={classes.mini}>{t('why.plan')}</h4>
          <ol className={classes.plan}>
            {w.rings.map((r, i) => (
              <li key={i} data-holds={r.holds || undefined}>
                {r.holds ? <IconCheck size={14} aria-label={t('why.holds')} /> : <IconClock size={14} aria-label={t('why.comes')} />}
                <span dir="auto">{r.words}</span>
                {!r.holds && <In at={r.at} />}
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  );
}

/** How long until a moment, counting; the moment itself when it is far. */
function In({ at }: { at: string }) {
  const { t } = useTranslation('ui');
  const now = useNow();
  const left = Math.ceil((Date.parse(at) - now) / 1000);
  const words = left <= 0 ? t('why.now') : left < 3600 ? t('why.in', { time: clock(left) }) : t('why.at', { time: upcoming(at) });
  return <time dateTime={at} className={classes.when}>{words}</time>;
}

/** The figures behind a wait. */
export function WaitingFacts({ waiting: w }: { waiting: WaitingWhy }) {
  const { t } = useTranslation('ui');
  return (
    <dl className={classes.facts}>
      <div><dt>{t('why.score')}</dt><dd>{t('why.scoreIs', { score: Math.round(w.score * 10) / 10 })}</dd></div>
      <div><dt>{t('why.takes')}</dt><dd>{t('why.takesIs', { cost: w.cost })}</dd></div>
      <div><dt>{t('why.policy')}</dt><dd>{w.policy}</dd></div>
    </dl>
  );
}

/** The figures behind a choice. */
export function ChoiceFacts({ decision: d }: { decision: Decision }) {
  const { t } = useTranslation('ui');
  if (d.rule === 'manual') return null; // a person chose: nobody was compared
  return (
    <dl className={classes.facts}>
      <div><dt>{t('why.waited')}</dt><dd>{span(d.waited_seconds)}</dd></div>
      <div><dt>{t('why.rule')}</dt><dd>{t(`why.rules.${d.rule}`, { defaultValue: d.rule })}</dd></div>
      <div><dt>{t('why.eligible')}</dt><dd>{t('why.agents', { count: d.eligible })}</dd></div>
      <div><dt>{t('why.policy')}</dt><dd>{d.policy}</dd></div>
    </dl>
  );
}

/** How many of the others could not, by reason, with names. */
export function Excluded({ of: d, then = false }: { of: { excluded: Record<string, number>; examples?: Record<string, string[]> }; then?: boolean }) {
  const { t } = useTranslation('ui');
  const rank = (reason: string) => (order.includes(reason) ? order.indexOf(reason) : order.length);
  const entries = Object.entries(d.excluded).filter(([, n]) => n > 0).sort(([a], [b]) => rank(a) - rank(b));
  if (entries.length === 0) return null;
  return (
    <>
      <h4 className={classes.mini}>{t(then ? 'why.excludedThen' : 'why.excluded')}</h4>
      <ul className={classes.list}>
        {entries.map(([reason, n]) => {
          const names = d.examples?.[reason] ?? [];
          const list = names.join(', ');
          return (
            <li key={reason}>
              <b>{n}</b> {t(`why.reason.${reason}`, { defaultValue: reason.replaceAll('_', ' ') })}
              {list && <span className={classes.soft} dir="auto"> · {n > names.length ? t('why.examples', { names: list, count: n - names.length }) : list}</span>}
            </li>
          );
        })}
      </ul>
    </>
  );
}

const shownOffers = 5;

/** Who was asked before, newest first. */
export function Before({ offers }: { offers: Offers }) {
  const { t } = useTranslation('ui');
  if (offers.length === 0) return null;
  return (
    <>
      <h4 className={classes.mini}>{t('why.history')}</h4>
      <ul className={classes.list}>
        {offers.slice(0, shownOffers).map((o) => (
          <li key={o.id}>
            <span dir="auto">{o.agent_name}</span> · {t(`why.state.${o.state}`, { defaultValue: o.state })}
            <time dateTime={o.made_at} className={classes.soft}> · {brief(o.made_at)}</time>
          </li>
        ))}
      </ul>
      {offers.length > shownOffers && <p className={classes.soft}>{t('why.more', { count: offers.length - shownOffers })}</p>}
    </>
  );
}
