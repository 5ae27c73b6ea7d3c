export default {
  again: 'Try again',
  close: 'Close',
  presence: { available: 'Available', busy: 'Busy', away: 'Away', offline: 'Offline' },
  state: {
    new: 'New', bot: 'With the bot', waiting: 'In line', offered: 'Ringing', active: 'Active', wrapping: 'Wrapping up',
    snoozed: 'Snoozed', resolved: 'Resolved', abandoned: 'Customer left', expired: 'Expired',
  },
};
