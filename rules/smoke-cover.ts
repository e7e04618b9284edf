import { silentAt } from './device-silent.ts'
import { openFinding, type Turn } from './findings.ts'
import { neverHeardAt } from './never-heard.ts'

/** Why nobody would hear of a fire; null while a detector watches, and where there never was one. */
export function smokeGap(turn: Turn): { deviceId: string; reason: 'silent' | 'faulty' } | null {
  let gap: { deviceId: string; reason: 'silent' | 'faulty' } | null = null
  for (const device of turn.home.devices) {
    if (device.kind !== 'smoke') continue
    const silent =
      (device.heardAt === null ? neverHeardAt(turn, device) : silentAt(turn, device, device.heardAt)) <=
      turn.now
    const faulty = device.faulty === true || openFinding(turn.home, 'device.tamper', device.id) !== undefined
    if (!silent && !faulty) return null
    gap ??= { deviceId: device.id, reason: silent ? 'silent' : 'faulty' }
  }
  return gap
}

export const SMOKE_GAP = {
  silent: { zh: '烟感失联', en: 'the smoke detector is silent' },
  faulty: { zh: '烟感故障', en: 'the smoke detector is faulty' },
} as const
