import { expect, test } from 'vitest';

import { agentName, isPhone } from './agent';

const AGENTS = {
  'Chrome on Linux': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Edge on Windows': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0',
  'Safari on iOS': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Firefox on Android': 'Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0',
  'Safari on macOS': 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
};

test('browsers are named by what people call them', () => {
  for (const [name, agent] of Object.entries(AGENTS)) expect(agentName(agent)).toBe(name);
  expect(agentName('curl/8.5.0')).toBe('curl');
  expect(agentName('')).toBe('Unknown device');
  expect(agentName(null)).toBe('Unknown device');
});

test('phones are told from desks', () => {
  expect(Object.values(AGENTS).map(isPhone)).toEqual([false, false, true, true, false]);
});
