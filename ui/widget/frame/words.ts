// The widget's words: English here, the other languages in words/, each a file
// that is loaded when it is needed. A test holds them to having every entry.

export interface Words {
  greeting: string;
  placeholder: string;
  again: string;
  send: string;
  attach: string;
  close: string;
  end: string;
  leave: string;
  endAsk: string;
  leaveAsk: string;
  endYes: string;
  leaveYes: string;
  cancel: string;
  ended: string;
  soundOn: string;
  soundOff: string;
  connecting: string;
  offline: string;
  away: string;
  online: string;
  position: (n: number) => string;
  next: string;
  soon: string;
  waitMinute: string;
  waitUnder: (n: number) => string;
  waitRange: (range: string) => string;
  waitLong: string;
  longNote: string;
  instead: { message: string; callback: string; email: string };
  phone: string;
  phoneWrong: string;
  emailMe: (email: string) => string;
  emailSaved: string;
  with: (name: string) => string;
  typing: (name: string) => string;
  someone: string;
  you: string;
  sending: string;
  sent: string;
  failed: string;
  retry: string;
  remove: string;
  newMessages: string;
  today: string;
  yesterday: string;
  name: string;
  email: string;
  optional: string;
  formTitle: string;
  emailWrong: string;
  rateTitle: string;
  rateScale: [string, string, string, string, string];
  rateComment: string;
  rateSend: string;
  skip: string;
  rateThanks: string;
  uploading: (percent: number) => string;
  uploadFailed: string;
  tooLarge: string;
  drop: string;
  log: string;
  broken: string;
  unsupported: string;
  picture: string;
}

export const en: Words = {
  greeting: 'Hello! How can we help?',
  placeholder: 'Write a message…',
  again: 'Write to start a new chat…',
  send: 'Send',
  attach: 'Attach a file',
  close: 'Close chat',
  end: 'End chat',
  leave: 'Leave the line',
  endAsk: 'End this chat?',
  leaveAsk: 'Leave the line? You would lose your place.',
  endYes: 'End it',
  leaveYes: 'Leave',
  cancel: 'Stay',
  ended: 'This chat has ended.',
  soundOn: 'Turn sound on',
  soundOff: 'Turn sound off',
  connecting: 'Connecting again… You can keep writing.',
  offline: 'We are not here right now. Write to us: you will find the answer in this chat.',
  away: 'Away',
  online: 'We are here',
  position: (n) => `You are number ${n} in line`,
  next: 'You are next in line',
  soon: 'Someone is joining…',
  waitMinute: 'about a minute',
  waitUnder: (n) => `under ${n} minutes`,
  waitRange: (r) => `about ${r} minutes`,
  waitLong: 'more than 15 minutes',
  longNote: 'You need not wait here: we will reply in this chat. Or leave your email and we will write to you.',
  instead: { message: 'Leave a message instead', callback: 'Call me back', email: 'Write to me' },
  emailMe: (email) => `Please reply to ${email}`,
  phone: 'Your phone number',
  phoneWrong: 'Enter a phone number like +39 06 1234567.',
  emailSaved: 'Thank you, we will write to you.',
  with: (name) => `You are talking with ${name}`,
  typing: (name) => `${name} is writing`,
  someone: 'Support',
  you: 'You',
  sending: 'Sending',
  sent: 'Sent',
  failed: 'Not sent',
  retry: 'Try again',
  remove: 'Remove',
  newMessages: 'New messages',
  today: 'Today',
  yesterday: 'Yesterday',
  name: 'Your name',
  email: 'Email',
  optional: 'optional',
  formTitle: 'Before we start',
  emailWrong: 'Enter an address like ana@example.com.',
  rateTitle: 'How was this chat?',
  rateScale: ['Very bad', 'Bad', 'Okay', 'Good', 'Very good'],
  rateComment: 'Anything to add? (optional)',
  rateSend: 'Send rating',
  skip: 'Skip',
  rateThanks: 'Thank you for your rating.',
  uploading: (p) => `Uploading, ${p} %`,
  uploadFailed: 'The file could not be uploaded.',
  tooLarge: 'The file is too large.',
  drop: 'Drop the file to attach it',
  log: 'Messages',
  broken: 'The chat cannot be reached right now.',
  unsupported: 'A message this chat cannot show',
  picture: 'Picture',
};

/** Languages that have a file in words/. */
export const LANGUAGES = ['it', 'pl', 'ro'];

/** The first wanted language that there is; English otherwise. */
export function chooseLanguage(wanted: readonly string[]): string {
  for (const w of wanted) {
    const short = w.slice(0, 2).toLowerCase();
    if (short === 'en' || LANGUAGES.includes(short)) return short;
  }
  return 'en';
}

/** Loads a language's script; a page that cannot have it reads English. */
export function loadWords(language: string): Promise<Words> {
  if (!LANGUAGES.includes(language)) return Promise.resolve(en);
  return new Promise((done) => {
    const script = document.createElement('script');
    script.src = `words.${language}.js`;
    script.onload = () => done((self as { parleyWords?: Words }).parleyWords ?? en);
    script.onerror = () => done(en);
    document.head.append(script);
  });
}

const RTL = ['ar', 'fa', 'he', 'ur', 'ps', 'yi', 'dv', 'ckb'];

/** Layout follows the page's language even where the words fall back to English. */
export const directionOf = (language: string): 'ltr' | 'rtl' => (RTL.includes(language.split('-')[0]!.toLowerCase()) ? 'rtl' : 'ltr');
