import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Delivery, deliver } from '../../console/src/visit/deliver.ts'
import {
  type ActType,
  asDone,
  type KeptAct,
  keep,
  nextOf,
  received,
  refused,
  tidied,
  unsentOf,
  withoutAged,
} from '../../console/src/visit/kept.ts'

const act = (actId: string, type: ActType, over: Partial<KeptAct> = {}): KeptAct => ({
  actId,
  accountId: 'ding',
  visitId: 'visit-1',
  type,
  doneAt: '2026-11-20T09:31:00Z',
  place: null,
  photos: [],
  outcome: null,
  note: '',
  state: 'kept',
  receivedAt: null,
  code: null,
  ...over,
})
const NOW = '2026-11-20T09:41:00Z'

/** A phone and a service between which the line breaks when `isUp` says so. */
function phone(acts: KeptAct[], isUp: () => boolean, refuses: (act: KeptAct) => string | null = () => null) {
  const state = { acts, arrived: [] as string[], pictures: 0 }
  const delivery: Delivery = {
    accountId: 'ding',
    read: () => Promise.resolve(state.acts),
    write: (change) => {
      state.acts = change(state.acts)
      return Promise.resolve()
    },
    sendPhoto: () => Promise.resolve(isUp() ? { sent: `photo-${String(++state.pictures)}` } : 'later'),
    sendAct: (one) => {
      if (!isUp()) return Promise.resolve('later')
      const code = refuses(one)
      if (code !== null) return Promise.resolve({ refused: code })
      // The receipt may be lost on its way back: the service has it all the same.
      state.arrived.push(one.actId)
      return Promise.resolve(isUp() ? { sent: null } : 'later')
    },
    now: () => NOW,
  }
  return { state, delivery }
}

describe('what is kept on the phone', () => {
  test('is sent in the order in which it was done, and nobody else’s', () => {
    const acts = [act('a', 'en-route', { accountId: 'other' }), act('b', 'check-in'), act('c', 'submit')]
    expect(nextOf(acts, 'ding')?.actId).toBe('b')
    expect(nextOf(received(acts, 'b', NOW), 'ding')?.actId).toBe('c')
    expect(unsentOf(acts, 'ding')).toHaveLength(2)
  })

  test('pressed twice it is one act; a report that was refused may be mended and sent again', () => {
    const once = keep([], act('a', 'submit'))
    expect(keep(once, act('b', 'submit'))).toEqual(once)
    expect(keep(refused(once, 'a', 'outcome_incomplete'), act('b', 'submit'))).toHaveLength(2)
    expect(keep(keep([], act('p', 'check-in')), act('q', 'check-in'))).toHaveLength(2)
  })

  test('once received, nothing of what it said stays; its receipt leaves after a day', () => {
    const sent = received([act('a', 'submit', { note: '门没锁', place: null })], 'a', NOW)
    expect(sent).toMatchObject([{ state: 'received', receivedAt: NOW, note: '', outcome: null, photos: [] }])
    expect(tidied(sent, Date.parse(NOW))).toHaveLength(1)
    expect(tidied(sent, Date.parse(NOW) + 24 * 3_600_000)).toHaveLength(0)
    expect(tidied([act('b', 'submit')], Date.parse(NOW) + 30 * 24 * 3_600_000)).toHaveLength(1)
  })

  test('what was done here counts before the service has heard of it, except that nobody has an offer unheard', () => {
    const visit = {
      id: 'visit-1',
      state: 'accepted' as const,
      answer: 'accepted' as const,
      acceptedAt: NOW,
      enRouteAt: null,
      onSceneAt: null,
      submittedAt: null,
    }
    const done = asDone(visit, [act('a', 'en-route'), act('b', 'check-in')])
    expect(done).toMatchObject({ state: 'on_scene', enRouteAt: '2026-11-20T09:31:00Z' })
    const offered = { ...visit, state: 'offered' as const, answer: null }
    expect(asDone(offered, [act('a', 'accept')])).toEqual(offered)
  })

  test('a kept list names nobody once it is half a day old', () => {
    const kept = { at: 0, items: [{ disclosed: { name: '陈秀英' }, photoIds: [] }] } as never
    expect(JSON.stringify(withoutAged(kept, 11 * 3_600_000))).toContain('陈秀英')
    expect(JSON.stringify(withoutAged(kept, 12 * 3_600_000))).not.toContain('陈秀英')
  })
})

describe('sending what is kept', () => {
  test('a broken line stops it, and it goes on where it stopped', async () => {
    let isUp = false
    const { state, delivery } = phone([act('a', 'en-route'), act('b', 'submit')], () => isUp)
    expect(await deliver(delivery)).toBe(0)
    expect(unsentOf(state.acts, 'ding')).toHaveLength(2)
    isUp = true
    expect(await deliver(delivery)).toBe(2)
    expect(state.arrived).toEqual(['a', 'b'])
    expect(await deliver(delivery)).toBe(0)
  })

  test('what is refused is marked with why, and does not hold up what follows', async () => {
    const { state, delivery } = phone(
      [act('a', 'check-in'), act('b', 'submit')],
      () => true,
      ({ type }) => (type === 'check-in' ? 'visit_over' : null),
    )
    await deliver(delivery)
    expect(state.acts).toMatchObject([{ state: 'refused', code: 'visit_over' }, { state: 'received' }])
  })

  test('pictures go before the arrival that names them, each of them once', async () => {
    const picture = new Blob(['jpeg'])
    const photos = [
      { picture, id: null },
      { picture, id: null },
    ]
    const ups = [true, false, true, true, true]
    const { state, delivery } = phone([act('a', 'check-in', { photos })], () => ups.shift() ?? true)
    await deliver(delivery)
    expect(state.acts[0]?.photos.map(({ id }) => id)).toEqual(['photo-1', null])
    await deliver(delivery)
    expect(state.pictures).toBe(2)
    expect(state.arrived).toEqual(['a'])
  })

  test('however often the line breaks, all of it arrives, in order, and under the ids it was given', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        async (line, count) => {
          const acts = Array.from({ length: count }, (_, n) => act(`act-${String(n)}`, 'check-in'))
          const { state, delivery } = phone(acts, () => line.shift() ?? true)
          for (let tries = 0; tries < 40 && unsentOf(state.acts, 'ding').length > 0; tries++)
            await deliver(delivery)
          expect([...new Set(state.arrived)]).toEqual(acts.map(({ actId }) => actId))
          expect(state.acts.every((one) => one.state === 'received')).toBe(true)
        },
      ),
    )
  })
})
