import { useTranslation } from 'react-i18next';
import { Tag } from '../Tag';
import type { Difference } from './diff';
import classes from './rules.module.css';

/** What changed from one set to another, rule by rule. */
export function Diff({ list, empty }: { list: readonly Difference[]; empty: string }) {
  const { t } = useTranslation('rules');
  if (list.length === 0) return <p className={classes.soft}>{empty}</p>;
  return (
    <ul className={classes.diff}>
      {list.map((d) => (
        <li key={d.id}>
          <span className={classes.diffHead}>
            <b dir="auto">{d.name}</b>
            {d.kind === 'moved' ? null : <Tag kind={d.kind === 'added' ? 'good' : d.kind === 'removed' ? 'bad' : 'off'}>{t(`diff.${d.kind}`)}</Tag>}
            {d.from > 0 && d.to > 0 && d.from !== d.to ? <Tag kind="wish">{t('diff.moved', { from: d.from, to: d.to })}</Tag> : null}
          </span>
          {d.fields.map((f) => (
            <dl key={f.field} className={classes.diffField}>
              <dt>{t(`diff.field.${f.field}`)}</dt>
              <dd><span className="p-hidden">{t('diff.before')}: </span><del dir="auto">{f.before || t('diff.nothing')}</del></dd>
              <dd><span className="p-hidden">{t('diff.after')}: </span><ins dir="auto">{f.after || t('diff.nothing')}</ins></dd>
            </dl>
          ))}
        </li>
      ))}
    </ul>
  );
}
