import { expect, test } from 'vitest';

import { ApiError } from '$lib/api';
import { Queue } from './queue.svelte';

interface Job { name: string; progress: (sent: number) => void; finish: (result: string) => void; fail: (fault: Error) => void; isAborted: boolean; }

function world() {
  const jobs: Job[] = [];
  const results: string[] = [];
  const queue = new Queue<string, string>(
    (name, progress, signal) => {
      const job: Job = { name, progress, finish: () => {}, fail: () => {}, isAborted: false };
      jobs.push(job);
      signal.addEventListener('abort', () => ((job.isAborted = true), job.fail(new DOMException('stopped', 'AbortError'))));
      return new Promise((resolve, reject) => Object.assign(job, { finish: resolve, fail: reject }));
    },
    (result) => results.push(result),
  );
  for (const name of ['a', 'b', 'c', 'd']) queue.add(name, 100, name);
  return { jobs, results, queue, states: () => queue.items.map(({ name, state }) => `${name} ${state}`).join(', ') };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

test('two are sent at once, and the next one when one of them is over', async () => {
  const { jobs, queue, results, states } = world();
  expect(states()).toBe('a sending, b sending, c waiting, d waiting');
  jobs[1]?.finish('B');
  await settle();
  expect(states()).toBe('a sending, b done, c sending, d waiting');
  expect(results).toEqual(['B']);
  expect(queue.isBusy).toBe(true);
});

test('progress is told, and is not whole before the server answers', async () => {
  const { jobs, queue } = world();
  jobs[0]?.progress(0.5);
  expect(queue.items[0]?.part).toBe(0.5);
  jobs[0]?.progress(1);
  expect(queue.items[0]?.part).toBe(0.99);
  jobs[0]?.finish('A');
  await settle();
  expect(queue.items[0]?.part).toBe(1);
});

test('what is cancelled is aborted and makes room', async () => {
  const { jobs, queue, states } = world();
  const [first, , , last] = queue.items;
  if (first && last) [first, last].forEach((item) => queue.cancel(item));
  await settle();
  expect(jobs[0]?.isAborted).toBe(true);
  expect(states()).toBe('a cancelled, b sending, c sending, d cancelled');
});

test('what failed says why, can be sent again, and holds up nothing', async () => {
  const { jobs, queue, states } = world();
  jobs[0]?.fail(new ApiError('The file is too large.', 413));
  await settle();
  expect(queue.items[0]?.fault).toBe('The file is too large.');
  if (queue.items[0]) queue.retry(queue.items[0]);
  expect(states()).toBe('b sending, c sending, d waiting, a waiting');
  for (const index of [1, 2, 3, 4]) {
    jobs[index]?.finish('done');
    await settle();
  }
  queue.clear();
  expect(queue.items).toEqual([]);
  expect(queue.isBusy).toBe(false);
});
