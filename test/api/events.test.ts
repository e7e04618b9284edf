import * as fc from 'fast-check'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { EventHub, type Sink } from '../../api/events.ts'
import { JurisdictionTree, reachOf } from '../../api/permissions.ts'
import type { Caller } from '../../api/sessions.ts'
import type { Alert } from '../../contracts/alert.ts'
import { AccountId, JurisdictionId } from '../../contracts/ids.ts'
import type { KeptLiveEvent, LiveEvent, LiveFeed } from '../../contracts/live.ts'
import { alert, jurisdiction } from '../store/state-samples.ts'
import { ask, type District, homeId, openDistrict, type Person } from './district.ts'

const place = JurisdictionId.parse('east')
const registry = (id = place): LiveEvent => ({ type: 'registry', homeId: null, jurisdictionId: id })

/** A wire whose other end may read or not. */
class Wire implements Sink {
  text = ''
  buffered = 0
  ended = false
  stuck = false
  write(text: string): void {
    this.text += text
    if (this.stuck) this.buffered += text.length
  }
  bufferedBytes(): number {
    return this.buffered
  }
  drained(): Promise<void> {
    return Promise.resolve()
  }
  end(): void {
    this.ended = true
  }
  ids(): number[] {
    return [...this.text.matchAll(/^id: (\d+)\nevent: (?:registry|alert)$/gm)].map((match) =>
      Number(match[1]),
    )
  }
}

const caller = (): Caller => {
  const tree = new JurisdictionTree([jurisdiction('east')])
  const grants = [{ role: 'case_worker' as const, jurisdictionId: place }]
  return {
    credential: { type: 'session', hash: '' },
    actor: 'account:x',
    accountId: AccountId.parse('x'),
    tokenId: null,
    name: 'x',
    grants,
    language: 'zh',
    tree,
    can: () => true,
    reach: (ability) => reachOf(grants, ability, tree),
  }
}

const raisedIn = (compound: string, home = 'h1'): LiveEvent => {
  const jurisdictionId = JurisdictionId.parse(compound)
  const raised = alert(`new-${home}`, { homeId: homeId(home), jurisdictionId })
  return { type: 'alert', homeId: raised.homeId, jurisdictionId, alert: raised }
}
const viewOf = (raised: Alert) => ({ ...raised, who: null, jurisdictionPath: [] })

/** A hub over a table in memory, each of whose answers takes as many turns as the test says. */
function openHub(turns: () => number) {
  const kept: KeptLiveEvent[] = []
  let first = 1
  let listener: Parameters<LiveFeed['listen']>[0] | null = null
  const after = async <T>(answer: () => T): Promise<T> => {
    for (let n = turns(); n > 0; n--) await Promise.resolve()
    return answer()
  }
  const hub = new EventHub({
    live: {
      listen(given) {
        listener = given
        return () => (listener = null)
      },
    },
    state: {
      live: {
        append: () => Promise.reject(new Error('the hub only reads')),
        trim: () => Promise.reject(new Error('the hub only reads')),
        after: (id, limit) =>
          after(() => kept.filter((event) => event.id > id && event.id >= first).slice(0, limit)),
        bounds: () => after(() => (kept.length === 0 ? { first: 0, last: 0 } : { first, last: kept.length })),
      },
    },
    views: {
      alerts: (alerts) => after(() => alerts.map(viewOf)),
      alert: (raised) => after(() => viewOf(raised)),
    },
    sessions: { resolve: () => after(() => caller()) },
    accessLog: { record: () => after(() => {}), recordDelivered: () => after(() => {}) },
    clocks: { civil: { now: () => 0 }, wall: { now: () => 0 }, factor: 1 },
    log: pino({ level: 'silent' }),
  })
  return {
    hub,
    publish: () => {
      const id = kept.length + 1
      const event = { id, at: 0, event: id % 2 === 0 ? registry() : raisedIn('east') }
      kept.push(event)
      listener?.kept(event)
    },
    forgetBefore: (id: number) => (first = id),
  }
}
const settled = async () => {
  for (let n = 0; n < 2_000; n++) await Promise.resolve()
}

describe('a listener that comes back', () => {
  it('is given each event once and in order, whatever happens while it replays', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 30 }),
        fc.nat(),
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 20 }),
        fc.array(fc.constantFrom(0, 0, 0, 0, 1, 3, 9), { maxLength: 25 }),
        async (before, from, turns, pauses) => {
          let turn = 0
          const { hub, publish } = openHub(() => turns[turn++ % turns.length] ?? 0)
          for (let n = 0; n < before; n++) publish()
          const seen = from % (before + 1)
          const wire = new Wire()
          const { live } = hub.open(caller(), wire, String(seen))
          for (const pause of pauses) {
            for (let n = 0; n < pause; n++) await Promise.resolve()
            publish()
          }
          await live
          publish()
          await settled()
          const last = before + pauses.length + 1
          expect(wire.ids()).toEqual(Array.from({ length: last - seen }, (_, n) => seen + 1 + n))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('too late is told to fetch everything anew, and then hears what follows', async () => {
    const { hub, publish, forgetBefore } = openHub(() => 1)
    for (let n = 0; n < 20; n++) publish()
    forgetBefore(11)
    for (const [lastEventId, reset] of [
      ['9', true],
      ['10', false],
      ['20', false],
      ['21', true],
      ['soon', true],
    ] as const) {
      const wire = new Wire()
      await hub.open(caller(), wire, lastEventId).live
      expect(wire.text.includes('id: 20\nevent: reset\ndata: {}\n\n'), lastEventId).toBe(reset)
      expect(wire.ids().length, lastEventId).toBe(lastEventId === '10' ? 10 : 0)
    }
  })

  it('for the first time learns where it stands, so that a cut before any event loses nothing', async () => {
    const { hub, publish } = openHub(() => 1)
    for (let n = 0; n < 3; n++) publish()
    const wire = new Wire()
    await hub.open(caller(), wire, null).live
    expect(wire.text).toMatch(/^retry: 2000\n\n/)
    expect(wire.text).toContain('\nid: 3\n\n')
    publish()
    await settled()
    expect(wire.ids()).toEqual([4])
  })
})

describe('a listener that does not read', () => {
  it('is cut beyond a megabyte, and the others do not notice', async () => {
    const { hub, publish } = openHub(() => 0)
    const [slow, quick] = [new Wire(), new Wire()]
    await hub.open(caller(), slow, null).live
    await hub.open(caller(), quick, null).live
    slow.stuck = true
    slow.buffered = 1_048_576
    publish()
    await settled()
    expect([slow.ended, quick.ended, hub.size]).toEqual([true, false, 1])
    expect(quick.ids()).toEqual([1])
  })
})

/** Reads a stream of events over a real socket. */
async function listen(district: District, person: Person, headers: Record<string, string> = {}) {
  const url = district.api.listeningOrigin
  const cut = new AbortController()
  const response = await fetch(`${url}/api/v1/events`, {
    headers:
      'cookie' in headers ? headers : { authorization: `Bearer ${district.tokenOf(person)}`, ...headers },
    signal: cut.signal,
  })
  if (response.body === null) throw new Error('the stream has no body')
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (let found = pattern.exec(text); ; found = pattern.exec(text)) {
      if (found !== null) return found
      const { value, done } = await reader.read()
      if (done) throw new Error(`the stream ended before ${String(pattern)}: ${text}`)
      text += value
    }
  }
  /** Settles when the other side ends the stream, or cuts it. */
  const ended = async (): Promise<void> => {
    for (let done = false; !done; ) {
      done = await reader.read().then(
        (chunk) => chunk.done,
        () => true,
      )
    }
  }
  return { response, until, ended, cut: () => cut.abort(), heard: () => text }
}

const open = async () => {
  const district = await openDistrict()
  await district.api.listen({ host: '127.0.0.1', port: 0 })
  return district
}

describe('the stream', () => {
  it('tells a worker what happens in its place, and writes the look down', async () => {
    const district = await open()
    const stream = await listen(district, 'workerOfA')
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream')
    expect(stream.response.headers.get('cache-control')).toBe('no-store')
    expect(stream.response.headers.get('content-security-policy')).toContain("default-src 'self'")
    await stream.until(/event: clock\ndata: \{"civilNow":"2026-11-20T00:00:00.000Z","civilFactor":60\}\n\n/)
    await stream.until(/id: 0\n\n/)
    const measuredAt = district.clocks.civil.now()
    const heard = { type: 'heard' as const, deviceId: 'water-a1' as never, measuredAt }
    district.feed.heard({
      ...heard,
      homeId: homeId('b1'),
      jurisdictionId: JurisdictionId.parse('compound-b'),
    })
    district.feed.heard({
      ...heard,
      homeId: homeId('a1'),
      jurisdictionId: JurisdictionId.parse('compound-a'),
    })
    await district.publish(raisedIn('compound-b', 'b1'))
    await district.publish(raisedIn('compound-a', 'a1'))
    const [, data = ''] = await stream.until(/id: 2\nevent: alert\ndata: (.*)\n\n/)
    expect(JSON.parse(data)).toMatchObject({
      id: 'new-a1',
      openedAt: '1970-01-01T00:00:02.000Z',
      who: { name: '老人 a1' },
      jurisdictionPath: ['长宁区', '甲社区', '安远小区'],
    })
    expect(stream.heard()).toContain('event: heard\ndata: {"homeId":"a1"')
    expect(stream.heard()).not.toContain('b1')
    await district.api.close()
    const looks = await district.looks()
    expect(looks.map((look) => [look.what, look.homeId, look.route])).toEqual([
      ['identity', 'a1', 'GET /events'],
      ['alert', 'a1', 'GET /events'],
    ])
  })

  it('tells an administrator alone of the works, and of no alert', async () => {
    const district = await open()
    const stream = await listen(district, 'admin')
    await stream.until(/id: 0\n\n/)
    await district.publish(raisedIn('compound-a', 'a1'))
    await district.publish({ type: 'registry', homeId: null, jurisdictionId: null })
    await stream.until(/id: 2\nevent: registry\ndata: \{"homeId":null,"jurisdictionId":null\}\n\n/)
    expect(stream.heard()).not.toContain('event: alert')
    stream.cut()
    expect(await district.looks()).toEqual([])
  })

  it('replays what was missed, of its own place alone', async () => {
    const district = await open()
    await district.publish(raisedIn('compound-a', 'a1'))
    await district.publish(raisedIn('compound-b', 'b1'))
    await district.publish(raisedIn('compound-a', 'a2'))
    const stream = await listen(district, 'workerOfA', { 'last-event-id': '1' })
    await stream.until(/id: 3\nevent: alert\n/)
    expect(stream.heard()).not.toMatch(/id: [12]\n/)
    stream.cut()
    expect((await district.looks()).map((look) => `${look.what} ${look.homeId}`)).toEqual([
      'identity a2',
      'alert a2',
    ])
  })

  it('ends when its account is disabled, and when the service stops', async () => {
    const district = await open()
    const [theirs, other] = [await listen(district, 'workerOfA'), await listen(district, 'workerOfB')]
    await theirs.until(/id: 0\n\n/)
    await other.until(/id: 0\n\n/)
    await district.commands.updateAccount(AccountId.parse('workerOfA'), { enabled: false })
    // A place that nobody knows yet makes the rights be asked anew, as the minute does.
    await district.publish(registry(JurisdictionId.parse('new-place')))
    await theirs.ended()
    await district.api.close()
    await other.ended()
  })

  it('ends at once when an administrator disables its account, or ends its token', async () => {
    const district = await open()
    const [theirs, other] = [await listen(district, 'workerOfA'), await listen(district, 'workerOfB')]
    await theirs.until(/id: 0\n\n/)
    await other.until(/id: 0\n\n/)
    await district.as('admin', 'PATCH', '/accounts/workerOfA', { enabled: false })
    await theirs.ended()
    const { items } = (await district.as('root', 'GET', '/tokens')).body
    const token = items.find((one: { name: string }) => one.name === 'token of workerOfB')
    expect((await district.as('root', 'DELETE', `/tokens/${token.id}`)).status).toBe(204)
    await other.ended()
  })

  it('ends at once with its session: signed out, and signed out elsewhere by a new password', async () => {
    const district = await open()
    const url = district.api.listeningOrigin
    const headers = async () => {
      const { secret } = await district.commands.createSignInLink(AccountId.parse('workerOfA'))
      const answer = await fetch(`${url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ link: secret }),
      })
      const cookie = String(answer.headers.get('set-cookie')).split(';')[0] ?? ''
      return { cookie, origin: url, 'content-type': 'application/json' }
    }
    const [one, two] = [await headers(), await headers()]
    const [first, second] = [
      await listen(district, 'workerOfA', one),
      await listen(district, 'workerOfA', two),
    ]
    await first.until(/id: 0\n\n/)
    await second.until(/id: 0\n\n/)
    await fetch(`${url}/api/v1/session`, { method: 'DELETE', headers: { cookie: one.cookie, origin: url } })
    await first.ended()
    const three = await headers()
    await fetch(`${url}/api/v1/session/password`, {
      method: 'PUT',
      headers: three,
      body: JSON.stringify({ password: 'correct horse battery staple' }),
    })
    await second.ended()
  })

  it('is cut for all when looks cannot be written down', async () => {
    const district = await open()
    const stream = await listen(district, 'workerOfA')
    await stream.until(/id: 0\n\n/)
    district.state.access.append = () => Promise.reject(new Error('disk full'))
    await district.publish(raisedIn('compound-a', 'a1'))
    await stream.ended()
  })

  it('is for those who work here', async () => {
    const district = await open()
    expect((await ask(district.api, { method: 'GET', url: '/api/v1/events' })).status).toBe(401)
  })
})
