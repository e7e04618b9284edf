import type { Reporter, TestModule } from 'vitest/node'

/** Prints the line that whoever reads the run's end looks for, in any tool: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let passed = 0
    let failed = unhandled.length
    let skipped = 0
    for (const module of modules) {
      // What breaks before a test, in its file or in a hook, leaves tests skipped: it is a failure all the same.
      for (const room of [module, ...module.children.allSuites()])
        if (room.state() === 'failed' && room.errors().length > 0) failed++
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') passed++
        else if (state === 'failed') failed++
        else skipped++
      }
    }
    // After the summary of the default reporter, which is written in the same turn.
    process.once('exit', () =>
      process.stdout.write(
        `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
      ),
    )
  }
}
