import type { components } from '@/api/schema';

type Schemas = components['schemas'];

export type RuleSet = Schemas['RuleSetItem'];
export type Rule = Schemas['Rule'];
export type Outcome = Schemas['RuleDraftResult'];
export type Mistake = Schemas['RuleMistake'];
export type Language = Schemas['RuleLanguage'];
export type Name = Schemas['Name'];
export type Trial = Schemas['RuleTrial'];
export type Verdict = Schemas['Verdict'];
export type Facts = Schemas['RuleFactsForm'];
export type Version = Schemas['RuleVersionItem'];
export type RuleBody = Schemas['RuleDraft'];

/** A rule in the editor; `key` stays while it is edited, also before it has an id. */
export interface Draft {
  key: string;
  id: string;
  name: string;
  enabled: boolean;
  when: string;
  then: Outcome;
}
