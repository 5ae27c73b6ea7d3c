export default {
  again: 'Try again',
  presence: { available: 'Available', busy: 'Busy', away: 'Away', offline: 'Offline' },
};
