// The actions of the audit log in words: `user.login_link` is "login link for the user".

const KNOWN: Record<string, string> = {
  'user.suspend': 'suspended',
  'user.unsuspend': 'ended the suspension of',
  'user.plan': 'changed the plan of',
  'user.badges': 'changed the badges of',
  'user.operator': 'changed the operator right of',
  'user.login_link': 'made a login link for',
  'user.create': 'added',
  'profile.suspend': 'suspended the page',
  'profile.unsuspend': 'ended the suspension of the page',
  'profile.publish': 'published',
  'profile.unpublish': 'unpublished',
  'report.hide': 'hid the upload',
  'report.keep': 'kept the upload',
};

/** What is not known is told as it stands, with spaces. */
export const inWords = (action: string): string => KNOWN[action] ?? action.replace(/[._]/g, ' ');
