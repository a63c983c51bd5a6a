/**
 * How long a test waits for something, ms. Only a wait that would never end reaches it: it is more than ten times what a
 * machine that is eight times slower needs.
 */
export const maxWaitMs = 300_000

/** Resolves when the condition is true. @throws Error with the description when it stays false */
export async function waitUntil(description: string, condition: () => unknown): Promise<void> {
  const deadline = performance.now() + maxWaitMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not within ${maxWaitMs / 1000} s: ${description}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
