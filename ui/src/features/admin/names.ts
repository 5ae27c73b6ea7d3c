import { useTranslation } from 'react-i18next';
import { useQueues, useSkills } from './queries';
import type { Names } from './rings/story';

/** Names of queues and skills by id. */
export function useNames(): Names {
  const { t } = useTranslation('admin');
  const queues = useQueues().data?.items ?? [];
  const skills = useSkills().data?.items ?? [];
  return {
    queue: (id) => queues.find((q) => q.id === id)?.name ?? t('gone.queue'),
    skill: (id) => skills.find((s) => s.id === id)?.name ?? t('gone.skill'),
  };
}
