import { z } from 'zod'
import { AwaitedConsent, Consent as ConsentContract } from '../../contracts/consent.ts'
import { DeviceAct as ActContract } from '../../contracts/device-act.ts'
import { DeviceId, GatewayId, HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { IMPORT_COLUMNS, IMPORT_FAULTS } from '../../contracts/import.ts'
import { Installation as InstallationContract } from '../../contracts/installation.ts'
import { DeviceProfile as ProfileContract } from '../../contracts/profile.ts'
import { DeviceKind } from '../../contracts/reading.ts'
import { Assignment, Device } from '../../contracts/registry.ts'
import { pageOf, queryFlag, Time } from './common.ts'
import { DeviceWithHealth, GivenConsent, NewDevice, RegisteredDevice } from './devices.ts'

export const DeviceProfile = z
  .strictObject(ProfileContract.shape)
  .meta({ id: 'DeviceProfile', description: 'What is known of a product before one of it is mounted.' })
export const DeviceProfiles = z.strictObject({ items: z.array(DeviceProfile) })

export const CodeQuestion = z.strictObject({ code: z.string().min(1).max(500) })
export const CodeAnswer = z
  .strictObject({
    serial: z.string().describe('The number of the device, as it was found in the code.'),
    profile: DeviceProfile.nullable().describe('Null: the code does not say the product.'),
    device: DeviceWithHealth.nullable().describe(
      'Registered already under that number, or behind a gateway.',
    ),
    taken: z.boolean().describe('Registered where the caller may not look.'),
    waiting: z
      .array(z.strictObject({ gatewayId: GatewayId, sourceId: z.string(), messages: z.int() }))
      .describe('Gateways behind which something of that number speaks already.'),
  })
  .meta({ id: 'DeviceCode' })

const shown = z.number().min(0).nullable().default(null)
const at = Time.nullable().default(null).describe('Null: now.')
export const DeviceDeed = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('swap'),
      at,
      endRegister: shown,
      startRegister: shown,
      successor: NewDevice.pick({ id: true, gatewayId: true, sourceId: true })
        .extend({ profileId: z.string().max(80).nullable().default(null) })
        .nullable()
        .default(null)
        .describe('The device that takes its place; null: the new meter speaks under the same id.'),
    }),
    z.strictObject({ type: z.literal('reset'), at, endRegister: shown, startRegister: shown }),
    z.strictObject({ type: z.literal('move'), at, toHomeId: HomeId.nullable() }),
    z.strictObject({ type: z.literal('retire'), at, endRegister: shown }),
  ])
  .meta({ id: 'DeviceDeed' })

const times = { at: Time, recordedAt: Time }
const [swap, reset, move, retire] = ActContract.options
export const DeviceAct = z
  .discriminatedUnion('type', [
    swap.extend(times),
    reset.extend(times),
    move.extend(times),
    retire.extend(times),
  ])
  .meta({ id: 'DeviceAct' })
export const DeviceActDone = z.strictObject({ act: DeviceAct, registered: RegisteredDevice.nullable() })
export const DeviceHistory = z.strictObject({
  stays: z.array(z.strictObject(Assignment.shape).extend({ from: Time, to: Time.nullable() })),
  acts: z.array(DeviceAct),
})

export const Consent = ConsentContract.extend({ givenAt: Time, withdrawnAt: Time.nullable() }).meta({
  id: 'Consent',
})
export const Consents = z.strictObject({
  items: z.array(Consent),
  awaiting: z
    .array(AwaitedConsent.pick({ deviceId: true }).extend({ deviceKind: DeviceKind, since: Time }))
    .describe('Devices that stand nowhere until somebody of the home agrees.'),
  without: z.array(DeviceKind).describe('Kinds that stand there and to which nobody agreed.'),
})
export const NewConsent = z.strictObject({
  ...GivenConsent.shape,
  deviceKind: DeviceKind,
  purposes: ConsentContract.shape.purposes,
})

const FirstReading = InstallationContract.shape.firstReading.unwrap().extend({ receivedAt: Time })
export const Installation = InstallationContract.extend({
  startedAt: Time,
  firstReading: FirstReading.nullable(),
  testAlarmAt: Time.nullable(),
  acceptedAt: Time.nullable(),
}).meta({ id: 'Installation' })
export const InstallationSheet = z
  .strictObject({
    installation: Installation,
    device: Device.extend({ createdAt: Time }),
    profile: DeviceProfile.nullable(),
    consent: Consent.nullable(),
    place: z.array(z.string()).describe('From the root down to where the home is.'),
    who: z
      .strictObject({ name: z.string(), door: z.string(), address: z.string() })
      .nullable()
      .describe('Null when nobody is recorded, or for a caller who may not know.'),
    byName: z.string().nullable(),
  })
  .meta({ id: 'InstallationSheet' })
export const NewInstallation = z.strictObject({ deviceId: DeviceId })

export const ImportQuery = z.strictObject({ dryRun: queryFlag.describe('true: says what it would do.') })
export const ImportAnswer = z
  .strictObject({
    dryRun: z.boolean().describe('Nothing was changed: asked so, or there are faults.'),
    counts: z.strictObject({
      rows: z.int(),
      newHomes: z.int(),
      newResidents: z.int(),
      newDevices: z.int(),
      newConsents: z.int(),
      withoutConsent: z.int().describe('Devices that stand nowhere until the home agrees.'),
      unchanged: z.int(),
    }),
    faults: z.array(
      z.strictObject({
        row: z.int().describe('As a spreadsheet counts: the header is 1.'),
        column: z.enum(IMPORT_COLUMNS).nullable(),
        code: z.enum(IMPORT_FAULTS),
        found: z.string(),
      }),
    ),
    secrets: z
      .array(z.strictObject({ deviceId: DeviceId, secret: z.string() }))
      .describe('How the new devices sign in, shown this once.'),
  })
  .meta({ id: 'ImportAnswer' })

export const CareReason = z.enum([
  'never_heard',
  'silent',
  'fault',
  'tamper',
  'battery_low',
  'clock_wrong',
  'cadence_poor',
  'signal_weak',
  'consent_missing',
])
export const DeviceCare = z
  .strictObject({
    device: DeviceWithHealth,
    reasons: z
      .array(CareReason)
      .describe('What a technician should look at, the worst first; empty: nothing.'),
    cadenceKept: z
      .number()
      .nullable()
      .describe('Share of the messages expected in 7 days that came; null: not known yet.'),
    clock: z.enum(['right', 'wrong', 'missing']).nullable(),
    awaitsHomeId: HomeId.nullable().describe('Mounted there; it stands nowhere until that home agrees.'),
  })
  .meta({ id: 'DeviceCare' })
export const DeviceCarePage = pageOf(DeviceCare).extend({
  counts: z.partialRecord(CareReason, z.int()).describe('How many devices have each reason.'),
})
export const DeviceCareQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z.string().max(200).optional(),
  jurisdictionId: JurisdictionId.optional(),
  kind: DeviceKind.optional(),
  reason: CareReason.optional(),
})
