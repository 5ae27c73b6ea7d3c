export default {
  title: 'Log in to Parley',
  email: 'Email',
  password: 'Password',
  submit: 'Log in',
  hint: 'Trouble logging in? Ask whoever administers Parley here for a new password.',
  wrong: 'Email and password do not match an account here. Check both and try again.',
  away: 'Parley cannot be reached. Check the network and try again.',
  tagline: 'Every customer, one conversation.',
};
