// What passed and what did not: one line for each check, and a closing line that a machine can read.

let passed = 0;
let failed = 0;

/** Runs one check; what it throws is its failure, and the next one runs all the same. */
export async function check(name, run) {
  const since = performance.now();
  try {
    await run();
    passed += 1;
    console.log(`ok    ${name} (${((performance.now() - since) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n      ${String(error.message ?? error).split('\n').join('\n      ')}`);
  }
}

export function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/** Prints the closing line; answers the exit code. */
export function close() {
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
