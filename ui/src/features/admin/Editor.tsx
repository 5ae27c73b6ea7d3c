import { Alert, Button, Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import classes from './admin.module.css';
import { ConfirmRemove, type Removal } from './ConfirmRemove';
import { GuardModal, useGuard } from './Guard';
import { SectionNav, type Part } from './Sections';

/** A drawer beside its list; closing it goes back there. */
export function EditorDrawer({ title, back, wide = false, children }: { title: string; back: string; wide?: boolean; children: ReactNode }) {
  const navigate = useNavigate();
  const phone = useMediaQuery('(max-width: 48em)');
  return (
    <Drawer opened onClose={() => void navigate(back)} position="right" size={phone ? '100%' : wide ? 1000 : 640} closeOnClickOutside={false}
      title={<span className={classes.drawerTitle} dir="auto">{title}</span>} classNames={{ body: classes.drawerBody }}>
      {children}
    </Drawer>
  );
}

interface FormProps {
  dirty: boolean;
  saving: boolean;
  faults: readonly string[];
  submit: string;
  back: string;
  onSubmit: (e: FormEvent<HTMLFormElement>) => void;
  removal?: Removal;
  /** The parts of a long form, to go to. */
  parts?: readonly Part[];
  children: ReactNode;
  /** Filled with a function that lets the next navigation pass. */
  onGuard: (release: () => void) => void;
}

/** The frame of each form of the setup: faults on top, buttons that stay in sight, and a guard over what is not saved. */
export function EditorForm({ dirty, saving, faults, submit, back, onSubmit, removal, parts, children, onGuard }: FormProps) {
  const { t } = useTranslation('admin');
  const navigate = useNavigate();
  const { blocker, release } = useGuard(dirty);
  const [removing, setRemoving] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!saving) showFault(form.current);
  }, [saving]);
  return (
    <form
      ref={form}
      className={classes.form}
      data-parts={parts ? true : undefined}
      noValidate
      onSubmit={(e) => {
        onGuard(release);
        // What a field could not read is not in the values: it must not be lost by saving them.
        if (e.currentTarget.querySelector('[data-unread]')) e.preventDefault();
        else onSubmit(e);
        showFault(form.current);
      }}
    >
      {parts ? <SectionNav parts={parts} /> : null}
      <div className={classes.fields}>
        {faults.length > 0 ? (
          <Alert color="red" role="alert" data-summary icon={<IconAlertTriangle aria-hidden />} title={t('notSaved')}>
            {faults.map((text) => <div key={text}>{text}</div>)}
          </Alert>
        ) : null}
        {children}
      </div>
      <div className={classes.formFoot}>
        {removal ? <Button variant="subtle" color="red" c="var(--p-bad)" onClick={() => setRemoving(true)}>{t('remove')}</Button> : null}
        <span className={classes.liveNote}>{t('live')}</span>
        <Button variant="default" onClick={() => void navigate(back)}>{t('cancel')}</Button>
        <Button type="submit" loading={saving}>{submit}</Button>
      </div>
      <GuardModal blocker={blocker} />
      {removal ? (
        <ConfirmRemove removal={removal} opened={removing} onClose={() => setRemoving(false)}
          onRemoved={() => {
            release();
            void navigate(back);
          }} />
      ) : null}
    </form>
  );
}

// After the faults are in the document: the keyboard continues at the first of
// them, in its field or in the entry of a list that it is about.
function showFault(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => {
    const all = [...(form?.querySelectorAll<HTMLElement>('[aria-invalid="true"], [role="alert"]') ?? [])];
    const first = all.find((el) => !el.matches('[data-summary]')) ?? all[0];
    if (!first) return;
    const field = first.matches('[aria-invalid]') ? first : first.closest('li, [role="group"]')?.querySelector<HTMLElement>('[aria-invalid="true"], input, button');
    field?.focus({ preventScroll: true });
    first.scrollIntoView({ block: 'center' });
  });
}
