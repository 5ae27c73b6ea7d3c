export default {
  title: 'Contacts',
  search: 'Find by name, address or company',
  clear: 'Clear',
  empty: { title: 'No contacts yet', text: 'Whoever writes to you appears here.' },
  nothing: { title: 'Nobody found', text: 'Try a part of the name, the number or the company.' },
  pick: { title: 'Nobody chosen', text: 'Pick a customer to see who they are and what was said.' },
  list: 'Contacts',
  detail: 'Customer',
  back: 'Back to the list',
  more: 'Loading more…',
};
