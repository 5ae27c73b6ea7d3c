import { SegmentedControl } from '@mantine/core';
import '@mantine/core/styles/FloatingIndicator.layer.css';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Delayed } from '@/ui/Delayed';
import { EmptyState } from '@/ui/EmptyState';
import { Mark } from '@/ui/Mark';
import { Controls } from './Controls';
import { Phone } from './Phone';
import classes from './sandbox.module.css';
import { ShopWindow } from './ShopWindow';
import { useSandbox } from './useSandbox';
import './words';

type Pane = 'phone' | 'shop' | 'controls';

/** A customer's phone, a shop with the chat, and the switches of what happens around them. */
export default function SandboxPage() {
  const { t } = useTranslation('sandbox');
  const { view, error } = useSandbox();
  const [pane, setPane] = useState<Pane>('phone');
  const wide = useMediaQuery('(min-width: 1180px)', true, { getInitialValueInEffect: false });
  const middle = useMediaQuery('(min-width: 780px)', true, { getInitialValueInEffect: false });
  useEffect(() => {
    document.title = `${t('title')} · Parley`;
  }, [t]);

  const shows = (p: Pane) => wide || pane === p || (middle && p === 'phone');
  const panes = (middle ? ['shop', 'controls'] : ['phone', 'shop', 'controls']).map((value) => ({ value, label: t(`panes.${value}`) }));
  useEffect(() => {
    if (middle && !wide && pane === 'phone') setPane('shop');
  }, [middle, wide, pane]);

  return (
    <main className={classes.page} aria-label={t('title')}>
      <header className={classes.top}>
        <Mark size={30} />
        <div>
          <h1>{t('title')}</h1>
          <p>{t('lead')}</p>
        </div>
        {!wide && view.state && (
          <SegmentedControl className={classes.panes} value={pane} onChange={(v) => setPane(v as Pane)} data={panes} aria-label={t('panes.label')} fullWidth={!middle} />
        )}
      </header>
      {!view.state ? (
        <Delayed>{error && <EmptyState title={t('none.title')} text={t('none.text')} />}</Delayed>
      ) : (
        <div className={classes.columns}>
          {shows('phone') && <Phone view={view} state={view.state} />}
          {/* The shop stays mounted, so that its chat lives on while another pane shows. */}
          <ShopWindow hidden={!shows('shop')} />
          {shows('controls') && <Controls state={view.state} />}
        </div>
      )}
    </main>
  );
}
