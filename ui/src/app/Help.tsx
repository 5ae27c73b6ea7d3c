import { Kbd, Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { keyLabel } from '@/ui/hotkeys';
import { useSettings } from '@/ui/settings';
import classes from './Help.module.css';

const groups: [string, [string, string][]][] = [
  ['everywhere', [
    ['mod+k', 'palette'], ['f8', 'accept'], ['shift+f8', 'decline'], ['g m', 'mine'], ['g i', 'inbox'], ['g q', 'queues'], ['g c', 'contacts'], ['/', 'search'], ['f6', 'pane'], ['?', 'help'],
  ]],
  ['list', [['j · k', 'next'], ['enter · escape', 'open'], ['x · shift+j · shift+k', 'select']]],
  ['conversation', [['r', 'reply'], ['n', 'note'], ['e', 'resolve'], ['z', 'snooze'], ['a', 'assign'], ['l', 'tags'], ['=', 'me']]],
  ['writing', [['mod+enter', 'send'], ['mod+shift+enter', 'sendResolve']]],
];

export function Help({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('app');
  const { singleKeys } = useSettings();
  return (
    <Modal opened onClose={onClose} title={t('help.title')} size="lg">
      {!singleKeys && <Text c="dimmed" mb="sm">{t('help.off')}</Text>}
      <div className={classes.columns}>
        {groups.map(([group, keys]) => (
          <section key={group}>
            <h3 className={classes.head}>{t(`help.${group}`)}</h3>
            <dl className={classes.list}>
              {keys.map(([key, word]) => (
                <div key={key} className={classes.row}>
                  <dt>{t(`help.k.${word}`)}</dt>
                  <dd>{key.split(' · ').map((k) => <Kbd key={k} size="sm">{keyLabel(k)}</Kbd>)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
