import { ActionIcon, TextInput } from '@mantine/core';
import { IconCornerDownLeft, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './rules.module.css';
import type { Language, Name } from './types';

/** What conditions can name and call, with examples; a click puts one into the open rule. */
export function NamesList({ language, onInsert }: { language: Language | undefined; onInsert: ((text: string) => void) | null }) {
  const { t } = useTranslation('rules');
  const [words, setWords] = useState('');
  if (!language) return null;
  const fits = (n: Name) => `${n.name} ${n.words} ${n.example}`.toLowerCase().includes(words.trim().toLowerCase());
  const names = language.names.filter(fits);
  const functions = language.functions.filter(fits);
  return (
    <div className={classes.tool}>
      <p className={classes.help}>{t('names.intro', { zone: language.zone })} {onInsert ? '' : t('names.openRule')}</p>
      <TextInput aria-label={t('names.find')} placeholder={t('names.find')} leftSection={<IconSearch size={15} aria-hidden />} value={words} onChange={(e) => setWords(e.currentTarget.value)} />
      <div className={classes.names} tabIndex={0} role="group" aria-label={t('tabs.names')}>
        {names.length + functions.length === 0 ? <p className={classes.soft}>{t('names.none')}</p> : null}
        <Entries list={names} onInsert={onInsert} />
        {functions.length > 0 ? <h3 className={classes.subTitle}>{t('names.functions')}</h3> : null}
        <Entries list={functions} onInsert={onInsert} />
        <h3 className={classes.subTitle}>{t('names.operators')}</h3>
        <p className={classes.help}>{t('names.operatorsText')}</p>
      </div>
    </div>
  );
}

function Entries({ list, onInsert }: { list: readonly Name[]; onInsert: ((text: string) => void) | null }) {
  const { t } = useTranslation('rules');
  return (
    <ul className={classes.entries}>
      {list.map((n) => (
        <li key={n.name}>
          <span className={classes.entryHead}>
            <code>{n.name}</code> <span className={classes.soft}>{n.type}</span>
            {onInsert ? (
              <ActionIcon size="sm" variant="subtle" color="gray" ms="auto" aria-label={t('names.insert', { name: n.name })} onClick={() => onInsert(n.type === 'function' ? `${n.name}(` : n.name)}>
                <IconCornerDownLeft size={14} aria-hidden />
              </ActionIcon>
            ) : null}
          </span>
          <span>{n.words}</span>
          <code className={classes.exampleCode} title={t('names.example')} dir="ltr">{n.example}</code>
        </li>
      ))}
    </ul>
  );
}
