import type { LiveEvent, LiveFeed } from '../../contracts/live.ts'

/** Work in the background: once at the start, for what a stop left undone, and whenever an event gives cause. */
export interface Chore {
  /** Settles when nothing of it runs any more. */
  stop(): Promise<void>
}

/** `work` never runs twice at once, and looks at `isEnded` between its parts. It deals with its own failures. */
export function startChore(
  live: LiveFeed,
  isCause: (event: LiveEvent) => boolean,
  work: (isEnded: () => boolean) => Promise<void>,
): Chore {
  let ended = false
  let asked = false
  let running: Promise<void> | null = null
  const isEnded = () => ended
  const run = async () => {
    while (asked && !isEnded()) {
      asked = false
      await work(isEnded)
    }
  }
  const wake = () => {
    asked = true
    running ??= run().finally(() => {
      running = null
    })
  }
  const unlisten = live.listen({
    kept: ({ event }) => {
      if (isCause(event)) wake()
    },
    heard() {},
  })
  wake()
  return {
    async stop() {
      ended = true
      unlisten()
      await running
    },
  }
}
