import { describe, expect, it } from 'vitest'
import { readDeviceCode } from '../../api/device-code.ts'
import { DeviceProfile } from '../../contracts/profile.ts'
import { decoders } from '../../ingest/decoders/index.ts'
import { PROFILES } from '../../ingest/profiles/index.ts'

const serialOf = (code: string) => readDeviceCode(code, PROFILES)?.serial ?? null

describe('the code on a device', () => {
  it.each([
    ['SW1:native:SW-SMOKE:s-00017', 's-00017'],
    ['SW1:chirpstack:Qalcosonic%20W1:70b3d5e75e012345', '70b3d5e75e012345'],
    ['LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:SYYWWNNNNNN', 'aabbccddeeff0011'],
    ['Z:00124B0024C4A1B2$I:83FED3407A939723A5C639B26916D505C3B5', '0x00124b0024c4a1b2'],
    ['https://iot.example.cn/d?imei=867724030001234&v=2', '867724030001234'],
    ['{"sn":"LXS0001234","type":"water"}', 'LXS0001234'],
    ['SN:ABC-123; IMEI: 867724030001234', '867724030001234'],
    ['  867724030001234 ', '867724030001234'],
    ['AA:BB:CC:DD:EE:FF', 'AA:BB:CC:DD:EE:FF'],
  ])('%s', (code, serial) => expect(serialOf(code)).toBe(serial))

  it.each(['MT:Y.K9042C00KA0648G00', 'X-HM://0081YCYEP3QYT', '{"a":', 'https://example.org/', '水表', ''])(
    'holds no number: %s',
    (code) => expect(serialOf(code)).toBeNull(),
  )

  it('names the product where it says so', () => {
    expect(readDeviceCode('SW1:native:sw-smoke:x1', PROFILES)?.profile?.id).toBe('native.sw-smoke')
    expect(readDeviceCode('SW1:native:unheard-of:x1', PROFILES)).toEqual({ serial: 'x1', profile: null })
  })
})

describe('the catalogue', () => {
  it('is well-formed, names no product twice, and knows only families that are decoded', () => {
    for (const profile of PROFILES) expect(DeviceProfile.parse(profile)).toEqual(profile)
    const twice = (values: string[]) => values.filter((value, at) => values.indexOf(value) !== at)
    expect(twice(PROFILES.map(({ id }) => id))).toEqual([])
    expect(twice(PROFILES.map(({ model }) => model.toLowerCase()))).toEqual([])
    const families = new Set(decoders.map(({ name }) => name))
    expect(PROFILES.filter(({ family }) => !families.has(family))).toEqual([])
    expect(PROFILES.length).toBeGreaterThanOrEqual(30)
  })

  it('what a pulse is agrees with the mapping that goes with it', () => {
    for (const { mapping, litresPerPulse, model } of PROFILES) {
      if (mapping === null || litresPerPulse === null) continue
      const factors = Object.values(mapping.fields).map(({ factor }) => factor)
      expect(factors, model).toContainEqual(expect.closeTo(litresPerPulse / 1_000, 9))
    }
  })
})
