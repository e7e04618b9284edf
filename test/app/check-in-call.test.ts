import { describe, expect, it, onTestFinished } from 'vitest'
import { SealedSecrets } from '../../app/sealed-secrets.ts'
import { ChannelDesk } from '../../app/telling/channel-desk.ts'
import { CheckInCall } from '../../app/telling/check-in-call.ts'
import { Lanes } from '../../app/telling/paging/lanes.ts'
import { Recipients } from '../../app/telling/paging/recipients.ts'
import { HOUR_MS } from '../../contracts/time.ts'
import { openState } from '../../store/sqlite/state.ts'
import { Gateway } from '../channels/gateway.ts'
import { alert, home, jurisdiction, resident } from '../store/state-samples.ts'
import { manualClock } from '../support/clock.ts'
import { temporaryFolder } from '../support/folder.ts'
import { Hourglass } from '../support/hourglass.ts'

/** Whoever asks waits for as long as it takes. */
const inTime = new AbortController().signal

async function telephone(withGateway: boolean, perMinute: number | null = null) {
  const folder = temporaryFolder()
  const state = openState({ file: `${folder}/state.db` })
  onTestFinished(() => state.close())
  const civil = manualClock(Date.parse('2026-03-05T06:00:00Z'))
  const line = new Hourglass(civil.now())
  const clocks = { civil, wall: civil, factor: 1 }
  const secrets = SealedSecrets.load(folder, state.sealedSecrets)
  const desk = new ChannelDesk({ state, secrets, clocks, newId: () => 'call', onChange() {} })
  const gateway = await Gateway.open()
  await state.jurisdictions.put(jurisdiction('root', { level: 'district' }))
  await state.jurisdictions.put(jurisdiction('east', { parentId: jurisdiction('root').id }))
  await state.homes.put(home('h1'))
  await state.residents.put(resident('r1', { phone: '138 0000-1111' }))
  for (const id of ['a1', 'a2'])
    await state.alerts.put(alert(id, { homeId: home('h1').id, state: 'suspected' }))
  if (withGateway)
    await desk.create({
      kind: 'http_template',
      name: '语音',
      jurisdictionId: jurisdiction('root').id,
      settings: {
        url: `${gateway.url}/ivr`,
        body: '{"to":"{{address}}","text":"{{text}}","user":"{{token}}","id":"{{key}}"}',
        perMinute,
      },
      secrets: {},
      voice: true,
    })
  const lanes = new Lanes({ state, desk, wall: line, wait: line.wait, onTry() {} })
  onTestFinished(() => lanes.close())
  const answers: string[] = []
  const call = await CheckInCall.open({
    state,
    secrets,
    recipients: new Recipients(state, null),
    lanes,
    civil,
    answered: async (homeId, alertId, answer) => {
      answers.push(`${homeId} ${alertId} ${answer}`)
    },
  })
  return { state, call, gateway, civil, line, answers }
}

describe('a question to a resident', () => {
  it('is called to their number through the gateway of their place, and the key that is pressed comes back', async () => {
    const { call, gateway, civil, answers } = await telephone(true)
    await call.ask(home('h1').id, alert('a1').id, civil.now(), inTime)
    const asked = JSON.parse(gateway.asked[0]?.body ?? '{}') as {
      to: string
      user: string
      text: string
      id: string
    }
    expect(asked).toMatchObject({
      to: '13800001111',
      id: 'check_in:a1',
      text: expect.stringContaining('请按1'),
    })
    await call.answer(asked.user, 'well')
    expect(answers).toEqual(['h1 a1 well'])
  })

  it('is answered by nobody who was not asked, for no other alert, and not the day after', async () => {
    const { call, gateway, civil, answers } = await telephone(true)
    await call.ask(home('h1').id, alert('a1').id, civil.now(), inTime)
    const { user } = JSON.parse(gateway.asked[0]?.body ?? '{}') as { user: string }
    for (const forged of [user.replace('a1', 'a2'), `${user}x`, 'h1~a1~9999999999999~', '~~~', ''])
      await expect(call.answer(forged, 'well')).rejects.toMatchObject({ code: 'link_used_or_expired' })
    civil.pass(7 * HOUR_MS)
    await expect(call.answer(user, 'help')).rejects.toMatchObject({ code: 'link_used_or_expired' })
    expect(answers).toEqual([])
  })

  it('that waits too long for its turn is taken back, and not asked twice by the time the line is free', async () => {
    const { call, gateway, civil, line } = await telephone(true, 1)
    await call.ask(home('h1').id, alert('a1').id, civil.now(), inTime)
    for (let attempt = 0; attempt < 2; attempt++) {
      const patience = new AbortController()
      const asked = call.ask(home('h1').id, alert('a2').id, civil.now(), patience.signal)
      await line.settle()
      patience.abort()
      await expect(asked).rejects.toThrow('too long')
    }
    const third = call.ask(home('h1').id, alert('a2').id, civil.now(), inTime)
    await line.pass(62_000)
    await third
    expect(gateway.asked.map(({ body }) => (JSON.parse(body) as { id: string }).id)).toEqual([
      'check_in:a1',
      'check_in:a2',
    ])
  })

  it('is not put to somebody who used water while it waited for its turn', async () => {
    const { state, call, gateway, civil, line } = await telephone(true, 1)
    await call.ask(home('h1').id, alert('a1').id, civil.now(), inTime)
    const asked = call.ask(home('h1').id, alert('a2').id, civil.now(), inTime)
    await line.settle()
    await state.alerts.put(alert('a2', { homeId: home('h1').id, state: 'resolved' }))
    const refused = expect(asked).rejects.toThrow('nobody wants it')
    await line.pass(62_000)
    await refused
    expect(gateway.asked).toHaveLength(1)
  })

  it('that no gateway takes fails, so that the alert opens', async () => {
    const { call, civil } = await telephone(false)
    await expect(call.ask(home('h1').id, alert('a1').id, civil.now(), inTime)).rejects.toThrow('no channel')
  })
})
