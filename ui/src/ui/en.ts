export default {
  again: 'Try again',
  close: 'Close',
  presence: { available: 'Available', busy: 'Busy', away: 'Away', offline: 'Offline' },
  state: {
    new: 'New', bot: 'With the bot', waiting: 'In line', offered: 'Ringing', active: 'Active', wrapping: 'Wrapping up',
    snoozed: 'Snoozed', resolved: 'Resolved', abandoned: 'Customer left', expired: 'Expired',
  },
  why: {
    byRule: 'The rule “{{rule}}” sent this to {{queue}}.',
    next: 'Next: {{what}}', in: 'in {{time}}', at: '{{time}}', now: 'any moment',
    plan: 'The longer they wait', holds: 'Holds now:', comes: 'Comes later:',
    score: 'Score in line', scoreIs: '{{score}} (minutes waited and priority)', takes: 'Takes', takesIs: '{{cost}} of an agent’s capacity',
    waited: 'Waited', rule: 'Decided by', eligible: 'Could have taken it', policy: 'Policy',
    agents_one: '{{count}} agent', agents_other: '{{count}} agents',
    excluded: 'Who cannot take it', excludedThen: 'Who could not take it then', examples: '{{names}} and {{count}} more', history: 'Offered before', more: 'and {{count}} more',
    rules: {
      only_one: 'the only one free', preferred_agent: 'knows the customer', best_match: 'best preferred skills', dedicated: 'fewest other skills', highest_level: 'highest level',
      least_loaded: 'least busy', most_loaded: 'busiest with room', longest_idle: 'waiting longest for one', in_turn: 'next in turn', lowest_id: 'all alike',
    },
    reason: {
      offline: 'offline', away: 'away', busy: 'busy', capacity: 'without room', channel_limit: 'at the limit of this channel', skill: 'without the skill', level: 'below the level',
      declined: 'declined or missed it', disabled: 'switched off', reserved: 'just being offered another', kept: 'kept for another queue', hours: 'outside their hours', ring: 'at a later step',
    },
    state: { pending: 'ringing', accepted: 'accepted', declined: 'declined', timed_out: 'did not answer', withdrawn: 'taken back' },
  },
};
