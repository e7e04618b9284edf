import type { Actor } from './alert.ts'
import type { DeviceId, HomeId, JurisdictionId } from './ids.ts'

export const IMPORT_COLUMNS = [
  'home',
  'place',
  'name',
  'birthYear',
  'phone',
  'door',
  'address',
  'device',
  'kind',
  'profile',
  'gateway',
  'sourceId',
  'cadenceS',
  'consentBy',
  'consentOn',
  'consentHow',
] as const
export type ImportColumn = (typeof IMPORT_COLUMNS)[number]

export const IMPORT_FAULTS = [
  'no_header',
  'unknown_column',
  'missing',
  'malformed',
  'unknown_place',
  'unknown_profile',
  'unknown_gateway',
  'kind_differs',
  'home_differs',
  'device_elsewhere',
  'device_twice',
  'source_taken',
  'id_taken',
  'consent_missing',
] as const
/** `home_differs`: the rows of one home, or the row and the registry, say different things of it. */
export type ImportFaultCode = (typeof IMPORT_FAULTS)[number]

/** `row` as a spreadsheet counts, the header being 1. */
export interface ImportFault {
  row: number
  column: ImportColumn | null
  code: ImportFaultCode
  /** The word that was found there. */
  found: string
}

export interface ImportCounts {
  rows: number
  newHomes: number
  newResidents: number
  newDevices: number
  newConsents: number
  /** Devices that stand nowhere until somebody of the home agrees. */
  withoutConsent: number
  /** Rows of which everything is there already. */
  unchanged: number
}

export interface ImportAnswer {
  /** Nothing was changed: it was a dry run, or there are faults. */
  dryRun: boolean
  counts: ImportCounts
  faults: ImportFault[]
  /** How the new devices sign in, this once; empty in a dry run. */
  secrets: { deviceId: DeviceId; secret: string }[]
}

/** A list of homes and devices, brought in as a whole or not at all. */
export interface Imports {
  /** Throws the `Refusal` bad_request for what is no list at all. */
  run(
    file: { bytes: Uint8Array; form: 'csv' | 'xlsx' },
    within: {
      mayUse(place: JurisdictionId): boolean
      by: Actor
      dryRun: boolean
      /** Called before anything is answered, with the homes whose name on record a row was held against. */
      compared(homeIds: readonly HomeId[]): Promise<void>
    },
  ): Promise<ImportAnswer>
}
