export default {
  nav: { person: 'Person', skills: 'Skills', hours: 'Working hours', capacity: 'Capacity' },
  serves: 'Serves', notServes: 'Not', lacks: '{{queue}} (needs {{skills}})', servesNone: 'No queue: there is none whose skills they have.',
  disabledServes: 'Nothing is offered while they cannot log in.',
  capacity: 'Capacity', capacityHelp: 'What all their conversations together may take.',
  hard: 'At most, when customers come back', hardHelp: 'Snoozed conversations take nothing; when customers answer, they may go over the capacity up to this. Beyond it they wait in line for this person.',
  hardLow: 'Less than the capacity counts as the capacity: {{n}}.',
  room: 'Room for {{list}} at once.', none: 'Room for nothing: no conversation fits.',
  roomOf: '{{count}} × {{channel}}',
  limits: 'Most at once by channel', limitsHelp: 'Empty: as many as fit the capacity.', anyNumber: 'up to {{count}}',
  costs: 'What a queue’s conversations take from this person', costsHelp: 'Instead of the usual cost: less where they are quick, more where it takes all their attention.',
  cost: 'Cost of {{queue}}', addCost: 'Another cost for a queue', removeCost: 'Remove the cost of {{queue}}', usual: 'usual',
};
