import { describe, expect, it } from 'vitest'
import { openDistrict } from './district.ts'

const ask = (act: object, expiresInS?: number) => ({
  act,
  ...(expiresInS === undefined ? {} : { expiresInS }),
})
const VALVE = ask({ type: 'valve', open: false })

describe('a command to a device', () => {
  it('by a case worker: water and horn, and nothing of the technician’s', async () => {
    const district = await openDistrict()
    const made = await district.as('workerOfA', 'POST', '/devices/water-a1/commands', VALVE)
    expect([made.status, made.body.by]).toEqual([202, expect.stringMatching(/^token:/)])
    const other = await district.as(
      'workerOfA',
      'POST',
      '/devices/water-a1/commands',
      ask({ type: 'self_test' }),
    )
    expect([other.status, other.body.error.code]).toEqual([403, 'forbidden'])
  })

  it('by an administrator: all of them', async () => {
    const district = await openDistrict()
    for (const act of [VALVE, ask({ type: 'self_test' }), ask({ type: 'set_interval', seconds: 900 }, 600)])
      expect((await district.as('admin', 'POST', '/devices/water-a1/commands', act)).status).toBe(202)
  })

  it('to a device of another place is to one that is not there', async () => {
    const district = await openDistrict()
    for (const method of ['GET', 'POST'] as const) {
      const body = method === 'POST' ? VALVE : undefined
      const answer = await district.as('workerOfA', method, '/devices/water-b1/commands', body)
      expect([method, answer.status]).toEqual([method, 404])
    }
  })

  it('that is none is refused', async () => {
    const district = await openDistrict()
    for (const act of [
      { type: 'explode' },
      { type: 'valve' },
      { type: 'set_interval', seconds: 1 },
      { type: 'hush', x: 1 },
    ])
      expect((await district.as('admin', 'POST', '/devices/water-a1/commands', ask(act))).status).toBe(400)
  })
})
