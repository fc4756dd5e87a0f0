// The list of pages: making them, showing and hiding them, deleting them with a way back.

import { expectNoFaults } from './browser.mjs';
import { check, expect } from './report.mjs';
import { rows, saved, shown } from './studio-page.mjs';
import { open, told } from './studio.mjs';

const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 860 } };

export async function pages(world) {
  for (const size of ['desk', 'phone']) await check(`a page is made, shown, hidden, deleted and brought back, ${size}`, () => life(world, SIZES[size]));
  await check('an address of its own waits for its record', () => ownDomain(world));
  await check('a page appears and disappears by itself', () => schedule(world));
}

const make = async (page, slug) => {
  await page.getByRole('button', { name: 'New page' }).click();
  await page.getByLabel('Address', { exact: true }).fill(slug);
  await page.getByText(`${slug}.localhost is free`).waitFor();
  await page.getByRole('dialog').getByText('Terminal', { exact: true }).click();
  await page.getByRole('button', { name: 'Make the page' }).click();
  await rows(page).first().waitFor();
};

async function life(world, viewport) {
  const visited = await open(world.browser, world.studio, world.state, '', { viewport, serviceWorkers: 'allow' });
  const { page, context } = visited;
  const slug = `life-${viewport.width}`;
  await page.getByRole('button', { name: 'New page' }).click();
  await page.getByLabel('Address', { exact: true }).fill('www');
  await page.locator('.slug .error').waitFor();
  expect(await page.getByRole('button', { name: 'Make the page' }).isDisabled(), 'a page can be made at an address that is not free');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await make(page, slug);
  if (viewport.width < 1000) await page.getByRole('button', { name: 'Preview' }).click();
  await shown(page).locator('body.terminal').waitFor();
  await page.getByRole('button', { name: 'To your pages' }).click();

  const card = page.locator('.pages > li', { hasText: `${slug}.localhost` });
  await card.getByText('Draft', { exact: true }).waitFor();
  const pick = async (item) => {
    await card.getByRole('button', { name: 'More about' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await pick('Publish');
  await card.getByText('Live', { exact: true }).waitFor();
  await pick('Take it offline');
  await card.getByText('Draft', { exact: true }).waitFor();
  await page.locator('.toast', { hasText: 'hidden' }).getByRole('button', { name: 'Undo' }).click();
  await card.getByText('Live', { exact: true }).waitFor();
  await pick('Delete');
  await page.getByRole('button', { name: 'Delete the page' }).click();
  await page.locator('.toast', { hasText: 'is deleted' }).getByRole('button', { name: 'Undo' }).click();
  await card.waitFor();
  await pick('Delete');
  await page.getByRole('button', { name: 'Delete the page' }).click();
  const gone = page.locator('.deleted li', { hasText: `${slug}.localhost` });
  await gone.getByRole('button', { name: 'Bring it back' }).click();
  await told(page, 'is back');
  await card.waitFor();
  await pick('Delete');
  await page.getByRole('button', { name: 'Delete the page' }).click();
  await gone.waitFor();
  await expectNoFaults(visited);
  await context.close();
}

async function ownDomain(world) {
  const visited = await open(world.browser, world.studio, world.state, '', { viewport: SIZES.desk, serviceWorkers: 'allow' });
  const { page, context } = visited;
  await make(page, 'proof');
  await page.getByRole('button', { name: 'Page', exact: true }).click();
  await page.getByLabel('A domain of your own').fill('not a domain');
  await page.getByRole('button', { name: 'Set it up' }).click();
  await page.locator('.panel .error').waitFor();
  await page.getByLabel('A domain of your own').fill('ada.example');
  await page.getByRole('button', { name: 'Set it up' }).click();
  await page.getByText('Waiting for the record').waitFor();
  await page.getByRole('button', { name: "Copy the record's value" }).waitFor();
  await page.getByRole('button', { name: 'Give it up' }).click();
  await page.getByLabel('A domain of your own').waitFor();
  await page.getByLabel('Its name here').fill('proof-two');
  await page.getByRole('button', { name: 'Change the address' }).click();
  await told(page, 'The page is at proof-two.localhost');
  await page.getByRole('button', { name: 'Delete this page' }).click();
  await page.getByRole('button', { name: 'Delete the page' }).click();
  await told(page, 'proof-two.localhost is deleted');
  await context.close();
}

async function schedule(world) {
  const visited = await open(world.browser, world.studio, world.state, '', { viewport: SIZES.desk, serviceWorkers: 'allow' });
  const { page, context } = visited;
  await make(page, 'later');
  // A preview that is still on its way when the page is deleted would be one of a page that is not there.
  await shown(page).locator('body.terminal').waitFor();
  await page.getByRole('button', { name: 'Page', exact: true }).click();
  await page.getByLabel('Appears', { exact: true }).fill('2199-01-01T12:00');
  await page.getByRole('button', { name: 'Save the times' }).click();
  await told(page, 'The page appears');
  await page.locator('.panel').getByText('Scheduled').waitFor();
  await page.getByLabel('Appears', { exact: true }).fill('');
  await page.getByRole('button', { name: 'Save the times' }).click();
  await page.locator('.panel').getByText('Draft', { exact: true }).waitFor();
  await saved(page);
  await page.getByRole('button', { name: 'Delete this page' }).click();
  await page.getByRole('button', { name: 'Delete the page' }).click();
  await told(page, 'is deleted');
  await expectNoFaults(visited);
  await context.close();
}
