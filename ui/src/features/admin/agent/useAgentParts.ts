import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { heldSkills, type AgentValues } from '../agentForm';
import { weekWords } from '../calendar/summary';
import '../calendar/words';
import { within } from '../problem';
import type { Part } from '../Sections';
import './words';

const places: Record<string, readonly string[]> = {
  'a-person': ['name', 'email', 'password', 'role', 'enabled'],
  'a-skills': ['skills'],
  'a-hours': ['hours'],
  'a-capacity': ['capacity', 'hard_capacity', 'channel_limits', 'costs'],
};

/** The parts of a person's form, what each says, and where something is wrong. */
export function useAgentParts(v: AgentValues, errors: Record<string, ReactNode>): Part[] {
  const { t } = useTranslation(['agentForm', 'admin']);
  const { t: calendar } = useTranslation('calendar');
  const held = Object.keys(heldSkills(v.skills)).length;
  const text: Record<string, [string, string]> = {
    'a-person': [t('nav.person'), t(`admin:agent.roles.${v.role}`)],
    'a-skills': [t('nav.skills'), held > 0 ? String(held) : t('admin:none')],
    'a-hours': [t('nav.hours'), v.hours === null ? calendar('words.always') : weekWords(v.hours, calendar)],
    'a-capacity': [t('nav.capacity'), String(v.capacity)],
  };
  return Object.entries(places).map(([id, list]) => {
    const [name, says] = text[id] ?? [id, ''];
    return { id, name, says, state: Object.keys(errors).some((path) => errors[path] && within(path, list)) ? 'fault' : undefined };
  });
}
