import { expect, test } from 'vitest';
import { paramsOf } from './paths';

test('a pattern names parts of a path', () => {
  expect(paramsOf('/pages/:id', '/pages/a%20b')).toEqual({ id: 'a b' });
  expect(paramsOf('/pages/:id', '/pages')).toBeNull();
  expect(paramsOf('/pages/:id', '/pages/1/2')).toBeNull();
  expect(paramsOf('/', '/')).toEqual({});
});

test('a star takes what is left', () => {
  expect(paramsOf('/uploads/*', '/uploads')).toEqual({ rest: '' });
  expect(paramsOf('/uploads/*', '/uploads/abc/files')).toEqual({ rest: 'abc/files' });
  expect(paramsOf('/uploads/*', '/inbox')).toBeNull();
});
