import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noContext, Packet } from '../../ingest/decoder.ts'
import { decoders } from '../../ingest/decoders/index.ts'
import { decodePacket } from '../../ingest/decoding.ts'
import { message, NOW } from './fixture.ts'

const said = (payload: unknown, topic = 'devices/d/readings') =>
  decodePacket(decoders, new Packet(message(topic, payload)), noContext, () => undefined).samples
const isPast = (payload: unknown, topic?: string) =>
  said(payload, topic).map(({ quality }) => quality.includes('historical'))

describe('what a message itself takes back', () => {
  const at = (ageS: number, values: object) => ({ ts: NOW - ageS * 1000, ...values })

  it('an alarm that has ended within the message is the past, in whichever order it is told', () => {
    expect(isPast([at(600, { smoke: true }), at(60, { smoke: false })])).toEqual([true, false])
    expect(isPast([at(60, { smoke: false }), at(600, { smoke: true })])).toEqual([false, true])
    expect(isPast([at(600, { leak: false }), at(60, { leak: true })])).toEqual([true, false])
  })

  it('an alarm that nothing takes back is the present: not by null, silence, another state or channel', () => {
    expect(isPast([at(600, { smoke: true }), at(60, { smoke: null })])).toEqual([false, false])
    expect(isPast([at(600, { smoke: true }), at(60, { battery_pct: 3 })])).toEqual([false, false])
    expect(isPast([at(600, { smoke: true }), at(60, { smoke_test: false })])).toEqual([false, false])
    expect(isPast([at(600, { leak: true, channel: '1' }), at(60, { leak: false, channel: '2' })])).toEqual([
      false,
      false,
    ])
  })

  it('other families likewise', () => {
    const telemetry = {
      a: [
        { ts: NOW - 60_000, values: { smoke: true } },
        { ts: NOW, values: { smoke: false } },
      ],
      b: [{ ts: NOW - 60_000, values: { smoke: true } }],
    }
    expect(isPast(telemetry, 'v1/gateway/telemetry')).toEqual([true, false, false])
  })

  it('the last word of each state is never marked', () => {
    const sample = fc.record({
      age: fc.integer({ min: 0, max: 9 }),
      smoke: fc.constantFrom(true, false, null),
    })
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 8 }), (samples) => {
        const told = said(samples.map(({ age, smoke }) => at(age, { smoke })))
        const states = told.filter(({ values }) => values['smoke'] !== null)
        const latest = Math.max(...states.map(({ measuredAt }) => measuredAt))
        const atLast = states.filter(({ measuredAt }) => measuredAt === latest)
        const rings = atLast.some(({ values }) => values['smoke'] === true)
        for (const { quality, values } of atLast)
          if (values['smoke'] === rings) expect(quality).not.toContain('historical')
      }),
    )
  })
})
