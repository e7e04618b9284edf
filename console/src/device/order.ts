import type { DeviceKind } from '../api/types.ts'

const ORDER: readonly DeviceKind[] = ['water', 'electricity', 'smoke', 'gateway', 'other']

/** The same order everywhere, so that the eye finds the water meter where it was on the last home. */
export const byKind = <Device extends { kind: DeviceKind; id: string }>(
  devices: readonly Device[],
): Device[] =>
  [...devices].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.id.localeCompare(b.id))
