import type { Logger } from 'pino'
import type { CheckInChannel } from '../contracts/check-in.ts'
import type { Clocks, EpochMs } from '../contracts/time.ts'
import type { Config } from './config.ts'
import type { ServiceMetrics } from './metrics.ts'
import type { Readers } from './readers.ts'
import type { Stores } from './stores.ts'

export interface ServiceOptions {
  config: Config
  /** Given the journal's last instant (null: none yet), so that a clock may go on where it stood. */
  clocks(lastAt: EpochMs | null): Clocks
  mode: 'service' | 'demo'
  /** The built console; null serves none. */
  consoleDir: string | null
  /** How residents are asked; null: nobody can be. */
  checkIn?: CheckInChannel | null
  /** How often the files of the certificates are looked at. */
  certificatesEveryMs?: number
  log: Logger
}

/** What all the doors share. */
export interface House extends ServiceOptions {
  stores: Stores
  readers: Readers
  metrics: ServiceMetrics
  now: Clocks
}
