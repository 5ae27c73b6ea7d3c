import { UnstyledButton } from '@mantine/core';
import { IconAlertCircle, IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './admin.module.css';

/** A part of a long form, as its list of parts names it. */
export interface Part {
  id: string;
  name: string;
  /** What is set there, in a few words. */
  says?: string;
  /** Something is wrong there, or most likely not meant. */
  state?: 'fault' | 'hint' | undefined;
}

/** The parts of a long form: where one is, what each says, and where something is to be put right. */
export function SectionNav({ parts }: { parts: readonly Part[] }) {
  const { t } = useTranslation('admin');
  const nav = useRef<HTMLElement>(null);
  const [now, setNow] = useState(parts[0]?.id);
  const chosen = useRef(0);
  const ids = parts.map((p) => p.id).join(' ');
  useEffect(() => {
    if (typeof IntersectionObserver === 'undefined') return;
    const order = ids.split(' ');
    const seen = new Set<string>();
    const watch = new IntersectionObserver(
      (entries) => {
        for (const e of entries) {
          if (e.isIntersecting) seen.add(e.target.id);
          else seen.delete(e.target.id);
        }
        // On the way to a chosen part others pass by; and the last ones may never get to the top.
        const first = order.find((id) => seen.has(id));
        if (first && Date.now() > chosen.current) setNow(first);
      },
      { rootMargin: '-10% 0px -70% 0px' },
    );
    const form = nav.current?.closest('form');
    for (const id of order) {
      const section = form?.querySelector(`#${id}`);
      if (section) watch.observe(section);
    }
    return () => watch.disconnect();
  }, [ids]);
  useEffect(() => {
    // On a phone the list is a line: its own scroll, not that of the form, follows.
    const [box, part] = [nav.current, nav.current?.querySelector<HTMLElement>('[data-now]')];
    if (box && part && box.scrollWidth > box.clientWidth) box.scrollTo({ left: part.offsetLeft - box.clientWidth / 3 });
  }, [now]);
  const go = (id: string) => {
    setNow(id);
    chosen.current = Date.now() + 1000;
    const section = nav.current?.closest('form')?.querySelector<HTMLElement>(`#${id}`);
    section?.scrollIntoView({ block: 'start', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
    section?.focus({ preventScroll: true });
  };
  return (
    <nav ref={nav} className={classes.parts} aria-label={t('parts.label')}>
      {parts.map((p) => (
        <UnstyledButton key={p.id} className={classes.part} data-now={p.id === now || undefined} aria-current={p.id === now ? 'true' : undefined} onClick={() => go(p.id)}>
          <span className={classes.partName}>
            {p.name}
            {p.state === 'fault' ? <IconAlertCircle size={15} className={classes.partFault} role="img" aria-label={t('parts.fault')} /> : null}
            {p.state === 'hint' ? <IconAlertTriangle size={15} className={classes.partHint} role="img" aria-label={t('parts.hint')} /> : null}
          </span>
          {p.says ? <span className={classes.partSays}>{p.says}</span> : null}
        </UnstyledButton>
      ))}
    </nav>
  );
}

export function Section({ id, title, help, columns = false, children }: { id?: string; title: string; help?: ReactNode; columns?: boolean; children: ReactNode }) {
  return (
    <section id={id} tabIndex={id ? -1 : undefined} className={classes.section} aria-label={title}>
      <h3 className={classes.sectionTitle}>{title}</h3>
      {help ? <p className={classes.help}>{help}</p> : null}
      <div className={columns ? classes.columns : classes.stack}>{children}</div>
    </section>
  );
}
