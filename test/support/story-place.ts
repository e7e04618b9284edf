import type { Alert, TimelineEntry } from '../../contracts/alert.ts'
import type { AlertId, DeviceId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { ResidentId } from '../../contracts/ids.ts'
import type { Reading, Values } from '../../contracts/reading.ts'
import { UNSAID } from '../../contracts/registry.ts'
import { defaultRuleSettings, RuleSettings } from '../../contracts/settings.ts'
import { HOUR_MS, MINUTE_MS } from '../../contracts/time.ts'
import { hourOfDay } from '../../rules/local-time.ts'
import type { StoryService } from './service.ts'

const ZONE = 'Asia/Shanghai'

/** Settings in which only what is named is switched on, as the service takes them. */
export const onlyRules = (rules: Record<string, object>): RuleSettings =>
  RuleSettings.parse({
    ...Object.fromEntries(
      Object.entries(defaultRuleSettings).flatMap(([name, rule]) =>
        typeof rule === 'object' && 'enabled' in rule ? [[name, { enabled: false }]] : [],
      ),
    ),
    ...Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, { enabled: true, ...rule }])),
  })

interface Neighbour {
  id: HomeId
  meter: DeviceId
  litres: number
}

/** A compound of homes with a water meter each, that report once an hour and use water in every waking hour. */
export class StoryPlace {
  readonly story: StoryService
  readonly id: JurisdictionId
  readonly homes: Neighbour[]

  private constructor(story: StoryService, id: JurisdictionId, homes: Neighbour[]) {
    this.story = story
    this.id = id
    this.homes = homes
  }

  static async found(story: StoryService, count: number, rules: RuleSettings, phone = '100 0000 0001') {
    const root = (await story.service.state.jurisdictions.all()).find(({ level }) => level === 'district')
    const { id } = await story.service.commands.createJurisdiction({
      parentId: root?.id ?? null,
      level: 'compound',
      name: '愚谷小区',
    })
    const { version } = story.service.pipeline.settings
    await story.service.commands.putRuleSettings({ ...rules, version }, 'system')
    const homes: Neighbour[] = []
    const at = story.civil.now()
    for (let n = 0; n < count; n++) {
      const home = { id: `home-${n}` as HomeId, meter: `meter-${n}` as DeviceId, litres: 1_000 }
      const kept = { id: home.id, jurisdictionId: id, zone: ZONE, createdAt: at, archivedAt: null }
      await story.service.pipeline.execute({ type: 'registry', change: { type: 'home', home: kept } }, at)
      await story.service.state.residents.put({
        id: ResidentId.parse(`person-${n}`),
        homeId: home.id,
        name: `邻居${n}`,
        birthYear: 1944,
        phone,
        door: `${n + 1}01`,
        address: '',
        living: 'alone',
        notes: '',
        contacts: [],
        ...UNSAID,
      })
      for (const kind of ['water', 'smoke'] as const) {
        const device = {
          id: kind === 'water' ? home.meter : (`smoke-${n}` as DeviceId),
          kind,
          model: '',
          gatewayId: null,
          sourceId: null,
          cadenceS: kind === 'water' ? 3_600 : 86_400,
          enabled: true,
          createdAt: at,
        }
        const assignment = { type: 'assignment', deviceId: device.id, homeId: home.id, at } as const
        await story.service.pipeline.execute({ type: 'registry', change: { type: 'device', device } }, at)
        await story.service.pipeline.execute({ type: 'registry', change: assignment }, at)
      }
      homes.push(home)
    }
    return new StoryPlace(story, id, homes)
  }

  /** So many hours pass; each home reports at its own minute of the hour, unless it is silent. */
  async live(
    hours: number,
    {
      dry = () => false,
      silent = () => false,
    }: {
      dry?: (home: number) => boolean
      silent?: (home: number) => boolean
    } = {},
  ): Promise<void> {
    const minuteMs = Math.floor(60 / this.homes.length) * MINUTE_MS
    const kept: Promise<void>[] = []
    for (let hour = 0; hour < hours; hour++) {
      const start = this.story.civil.now()
      for (const [n, home] of this.homes.entries()) {
        this.story.civil.set(start + n * minuteMs)
        const awake = hourOfDay(ZONE, this.story.civil.now())
        if (awake >= 7 && awake < 22 && !dry(n)) home.litres += 12
        kept.push(silent(n) ? this.tick() : this.send(n, 'water', { water_total_m3: home.litres / 1_000 }))
      }
      this.story.civil.set(start + HOUR_MS)
      kept.push(this.tick())
    }
    await Promise.all(kept)
    await this.story.service.pipeline.caughtUp()
  }

  async send(n: number, kind: 'water' | 'smoke', values: Values): Promise<void> {
    const at = this.story.civil.now()
    const home = this.homes[n] as Neighbour
    const deviceId = kind === 'water' ? home.meter : (`smoke-${n}` as DeviceId)
    const reading: Reading = {
      deviceId,
      kind,
      measuredAt: at,
      measuredAtSource: 'device',
      receivedAt: at,
      values,
      quality: [],
    }
    await this.story.service.journal.append(
      [{ type: 'readings', deviceId, homeId: home.id, readings: [reading] }],
      at,
    )
  }

  async tick(): Promise<void> {
    await this.story.service.journal.append([{ type: 'tick' }], this.story.civil.now())
  }

  async alerts(): Promise<Alert[]> {
    await this.story.service.pipeline.caughtUp()
    const any = {
      scope: null,
      states: null,
      severities: null,
      kinds: null,
      homeId: null,
      from: null,
      to: null,
    }
    return (await this.story.service.state.alerts.list(any, 'urgency', { limit: 500, after: null })).items
  }

  /** `who state` of every alert, such as `home-1 open`. */
  async states(kind: string): Promise<string[]> {
    return (await this.alerts())
      .filter((alert) => alert.kind === kind)
      .map((alert) => `${alert.homeId ?? 'place'} ${alert.state}`)
      .sort()
  }

  async timeline(id: AlertId): Promise<TimelineEntry['event'][]> {
    return (await this.story.service.state.alerts.timeline(id)).map((line) => line.event)
  }
}
