// What is counted, in the order in which it is shown.

export type Measure = 'views' | 'visitors' | 'clicks' | 'plays' | 'bots';

export const MEASURES: Measure[] = ['views', 'visitors', 'clicks', 'plays', 'bots'];

export const CAPTIONS: Record<Measure, { name: string; about: string }> = {
  views: { name: 'Views', about: 'How often the page was shown' },
  visitors: { name: 'Visitors', about: 'How many different ones, day by day' },
  clicks: { name: 'Link clicks', about: 'How often a link was followed' },
  plays: { name: 'Plays', about: 'How often a track was begun' },
  bots: { name: 'Bots', about: 'Programs that looked at the page' },
};
