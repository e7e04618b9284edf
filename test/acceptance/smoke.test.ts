import { describe, expect, it } from 'vitest'
import { HOUR_MS, iso, MINUTE_MS } from '../../contracts/time.ts'
import { listenToEvents } from '../support/events.ts'
import { StoryService } from '../support/service.ts'

describe('smoke', () => {
  it('rings at the desk the moment the packet is kept, is taken, noted, and closed by a person alone', async () => {
    const story = await StoryService.start('2026-03-01T18:00:00Z')
    const home = await story.home('陈秀英')
    const events = await listenToEvents(story.service.httpUrl, story.token)
    const send = await story.connect(home, home.devices.smoke)
    await send({ smoke: true })
    const heard = await events.next('alert')
    expect(heard.data).toMatchObject({
      kind: 'smoke.alarm',
      severity: 'P1',
      state: 'open',
      who: { name: '陈秀英' },
    })
    const id = String(heard.data['id'])
    await story.call('POST', `/alerts/${id}/acknowledge`, {})
    expect((await events.next('alert')).data).toMatchObject({ state: 'acknowledged' })
    await story.call('POST', `/alerts/${id}/notes`, { note: '已通知119' })
    story.civil.pass(5 * MINUTE_MS)
    await send({ smoke: false })
    expect((await story.alerts())[0]).toMatchObject({ state: 'recovered' })
    await story.pass(48 * HOUR_MS)
    expect((await story.alerts()).find((alert) => alert.kind === 'smoke.alarm')).toMatchObject({
      state: 'recovered',
    })
    await story.call('POST', `/alerts/${id}/resolve`, { note: '油烟' })
    expect(await story.alerts('state=resolved')).toMatchObject([{ id, state: 'resolved' }])
  })

  it('pages although the detector’s clock is years slow, and is not muted by a test an hour before', async () => {
    const story = await StoryService.start('2026-03-01T18:00:00Z')
    const home = await story.home('王建国')
    const send = await story.connect(home, home.devices.smoke)
    await send({ smoke: true, smoke_test: true })
    expect(await story.alerts()).toEqual([])
    const findings = await story.call<{ items: unknown[] }>(
      'GET',
      `/homes/${home.id}/findings?kind=smoke.test`,
    )
    expect(findings.items).toMatchObject([
      { kind: 'smoke.test', severity: 'P4', deviceId: home.devices.smoke },
    ])
    story.civil.pass(HOUR_MS)
    await send({ ts: '2020-01-01T00:00:00Z', values: { smoke: true } })
    const [alert] = await story.alerts()
    expect(alert?.kind).toBe('smoke.alarm')
  })

  it('"not said" clears nothing', async () => {
    const story = await StoryService.start('2026-03-01T18:00:00Z')
    const home = await story.home('李桂兰')
    const send = await story.connect(home, home.devices.smoke)
    await send({ ts: iso(story.civil.now()), values: { smoke: true } })
    story.civil.pass(MINUTE_MS)
    await send({ ts: iso(story.civil.now()), values: { smoke: null, battery_pct: 80 } })
    expect(await story.alerts()).toMatchObject([{ kind: 'smoke.alarm', state: 'open' }])
  })
})
