import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Channels, Subscriptions } from '../contracts/channel.ts'
import type { CheckInDoor } from '../contracts/check-in.ts'
import type { Commands } from '../contracts/command.ts'
import type { DeviceCommands } from '../contracts/device-command.ts'
import type { DutyDesk } from '../contracts/duty-desk.ts'
import type { Imports } from '../contracts/import.ts'
import type { KeptMessages } from '../contracts/kept-message.ts'
import type { LiveFeed } from '../contracts/live.ts'
import type { DeviceProfile } from '../contracts/profile.ts'
import type { PushDoor } from '../contracts/push.ts'
import type { SourceWatch } from '../contracts/source.ts'
import type { Clocks } from '../contracts/time.ts'
import type { Trials } from '../contracts/trial.ts'
import type { Foresight, Relearning } from '../contracts/why-not.ts'
import type { SeriesStore } from '../store/series.ts'
import type { StateStore } from '../store/state.ts'
import type { AccessLog } from './access-log.ts'
import type { EventHub } from './events.ts'
import type { HomeWatch } from './home-watch.ts'
import type { Ability } from './permissions.ts'
import type { Caller, Sessions } from './sessions.ts'
import type { Views } from './views.ts'
import type { VisitViews } from './visit-views.ts'

export interface ApiOptions {
  state: StateStore
  series: SeriesStore
  /** Everything that changes the service. The API itself writes sessions, links used and the access log alone. */
  commands: Commands
  /** Who is on duty, and what speaks against a roster. */
  duty: DutyDesk
  /** Runs other settings over what was kept; changes nothing. */
  trials: Trials
  keptMessages: KeptMessages
  /** What the rules make of a home, now or at a past instant; changes nothing. */
  foresight: Foresight
  relearning: Relearning
  sourceWatch: SourceWatch
  /** The catalogue of products. */
  profiles: readonly DeviceProfile[]
  /** Lists of homes and devices, brought in as a whole. */
  imports: Imports
  /** What devices are asked to do. */
  deviceCommands: DeviceCommands
  /** Where platforms push readings. */
  push: PushDoor
  /** Ways out to people. */
  channels: Channels
  subscriptions: Subscriptions
  checkIns: CheckInDoor
  live: LiveFeed
  clocks: Clocks
  zoneDefault: string
  /** Where devices and gateways connect; null: not offered that way. */
  mqtt: { port: number | null; tlsPort: number | null }
  mode: 'service' | 'demo'
  /** Folder of the built console, served at `/`; null: none. */
  consoleDir: string | null
  tls: { cert: Buffer; key: Buffer } | null
  /** Addresses and networks whose word on who asks (`X-Forwarded-For`, `-Proto`, `-Host`) is believed. */
  trustedProxies: readonly string[]
  ready(): Promise<{ ready: boolean }>
  /** The metrics in the text form of Prometheus. */
  metricsText(): Promise<string>
  /** Journal entries that the series store has yet to take. */
  seriesLag(): number
  log: FastifyBaseLogger
}

/** What every route file is given. */
export interface Desk extends Omit<ApiOptions, 'consoleDir' | 'log'> {
  sessions: Sessions
  accessLog: AccessLog
  views: Views
  visitViews: VisitViews
  hub: EventHub
  homeWatch: HomeWatch
}

export type Api = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** `open`: nobody needs to be signed in; `signed_in`: whoever is; otherwise a role with that ability somewhere. */
export type Access = Ability | 'open' | 'signed_in'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    /** Null on open routes; read it through `callerOf`. */
    caller: Caller | null
  }
}
