import { z } from 'zod'
import { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import {
  Home as HomeContract,
  Jurisdiction as JurisdictionContract,
  Resident as ResidentContract,
  TimeZone,
} from '../../contracts/registry.ts'
import { Severity } from '../../contracts/severity.ts'
import { AlertRecord } from './alerts.ts'
import { commaList, pageOf, paging, queryFlag, Time } from './common.ts'
import { DeviceWithHealth } from './devices.ts'

export const Jurisdiction = z.strictObject(JurisdictionContract.shape).meta({ id: 'Jurisdiction' })
export const JurisdictionPage = pageOf(Jurisdiction)
export const JurisdictionQuery = z.strictObject(paging(500))
export const NewJurisdiction = JurisdictionContract.omit({ id: true })
export const JurisdictionChange = JurisdictionContract.pick({ name: true })

/** The zone was checked when the home was made; to check it again for each answer would be slow. */
export const Home = HomeContract.extend({
  zone: z.string(),
  createdAt: Time,
  archivedAt: Time.nullable(),
}).meta({ id: 'Home' })

export const Resident = z.strictObject(ResidentContract.shape).meta({ id: 'Resident' })
export const ResidentPage = pageOf(Resident)
export const ResidentQuery = z.strictObject({
  ...paging(),
  search: z.string().max(100).optional(),
  jurisdictionId: JurisdictionId.optional(),
})
/** What whoever is sent must know may be left out: then it stays as it was. */
export const NewResident = ResidentContract.omit({ id: true, homeId: true }).extend({
  needs: ResidentContract.shape.needs.exactOptional(),
  accessNotes: ResidentContract.shape.accessNotes.exactOptional(),
  place: ResidentContract.shape.place.exactOptional(),
})

export const HomeSummary = z
  .strictObject({
    home: Home,
    resident: Resident.nullable().describe('Null when nobody is recorded, or for a caller who may not know.'),
    devices: z.array(
      z.strictObject({
        id: z.string(),
        kind: DeviceWithHealth.shape.kind,
        lastReceivedAt: Time.nullable(),
        silent: z.boolean(),
      }),
    ),
    openAlerts: z.int().nullable().describe('Null for a caller who may not know.'),
    worstSeverity: Severity.nullable(),
  })
  .meta({ id: 'HomeSummary' })
export const HomeSummaryPage = pageOf(HomeSummary)
export const HomeQuery = z.strictObject({
  ...paging(),
  jurisdictionId: JurisdictionId.optional(),
  search: z.string().max(100).optional().describe('Name, door, address or phone; for case workers only.'),
  archived: queryFlag.describe('true: with the archived ones.'),
  blind: queryFlag.describe('true: those alone none of whose devices is heard; never the archived.'),
})

/** What a list that names homes by id needs of each: no more is shown, and no more looked at. */
export const HomeName = z
  .strictObject({
    homeId: HomeId,
    place: z.string().describe('Of the jurisdiction that the home is in.'),
    resident: Resident.pick({ name: true, door: true })
      .nullable()
      .describe('Null when nobody is recorded, or for a caller who may not know.'),
  })
  .meta({ id: 'HomeName' })
export const HomeNames = z.strictObject({ items: z.array(HomeName) })
export const HomeNameQuery = z.strictObject({
  ids: commaList(HomeId).describe(
    'Comma list of at most 100 homes; those out of reach are left out, as if they did not exist.',
  ),
})

export const HomeDetail = z
  .strictObject({
    home: Home,
    jurisdictionPath: z.array(Jurisdiction).describe('From the root down to where the home is.'),
    resident: Resident.nullable(),
    devices: z.array(DeviceWithHealth),
    openAlerts: z.array(AlertRecord).nullable().describe('Null for a caller who may not know.'),
  })
  .meta({ id: 'HomeDetail' })

export const NewHome = z.strictObject({
  jurisdictionId: JurisdictionId,
  zone: TimeZone.nullable().default(null).describe('Null: the zone of the service.'),
})
export const HomeChange = z.strictObject({
  jurisdictionId: JurisdictionId.exactOptional(),
  zone: TimeZone.exactOptional(),
  archived: z.boolean().exactOptional(),
})
