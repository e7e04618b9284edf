/** Attacks the broker at `port` for as long as it is let run; the process that runs it is then killed. */
export type Attack = (port: number) => Promise<void>

/** Runs so many at a time, each again and again. */
export const inParallel = async (count: number, work: (index: number) => Promise<void>): Promise<void> => {
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      for (;;) {
        await work(index)
        // A worker that is refused at once must still let the others have their turn.
        await new Promise((resolve) => setImmediate(resolve))
      }
    }),
  )
}
