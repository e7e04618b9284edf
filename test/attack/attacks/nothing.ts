import type { Attack } from '../attack.ts'

/** What the machine itself makes innocents wait for: no delay in the other rows says more than this one. */
export const attack: Attack = () => new Promise(() => {})
