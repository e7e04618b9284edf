import { z } from 'zod'

/** Ids are opaque, url-safe and pseudonymous: they name a row, never a person. */
const id = <Name extends string>(name: Name) =>
  z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/,
      `${name} is 1 to 64 letters, digits, dots, colons, dashes or underscores`,
    )
    .brand(name)

export const JurisdictionId = id('JurisdictionId')
export type JurisdictionId = z.infer<typeof JurisdictionId>
export const HomeId = id('HomeId')
export type HomeId = z.infer<typeof HomeId>
export const ResidentId = id('ResidentId')
export type ResidentId = z.infer<typeof ResidentId>
export const DeviceId = id('DeviceId')
export type DeviceId = z.infer<typeof DeviceId>
export const DeviceCommandId = id('DeviceCommandId')
export type DeviceCommandId = z.infer<typeof DeviceCommandId>
export const GatewayId = id('GatewayId')
export type GatewayId = z.infer<typeof GatewayId>
export const SourceId = id('SourceId')
export type SourceId = z.infer<typeof SourceId>
export const FindingId = z.string().min(1).max(200).brand('FindingId')
export type FindingId = z.infer<typeof FindingId>
export const AlertId = id('AlertId')
export type AlertId = z.infer<typeof AlertId>
/** An away period or a sensitivity. */
export const CircumstanceId = id('CircumstanceId')
export type CircumstanceId = z.infer<typeof CircumstanceId>
export const AccountId = id('AccountId')
export type AccountId = z.infer<typeof AccountId>
export const TokenId = id('TokenId')
export type TokenId = z.infer<typeof TokenId>
export const PersonId = id('PersonId')
export type PersonId = z.infer<typeof PersonId>
export const ChannelId = id('ChannelId')
export type ChannelId = z.infer<typeof ChannelId>
export const PolicyId = id('PolicyId')
export type PolicyId = z.infer<typeof PolicyId>
export const VisitId = id('VisitId')
export type VisitId = z.infer<typeof VisitId>
export const PhotoId = id('PhotoId')
export type PhotoId = z.infer<typeof PhotoId>
export const ProposalId = id('ProposalId')
export type ProposalId = z.infer<typeof ProposalId>
export const DeviceActId = id('DeviceActId')
export type DeviceActId = z.infer<typeof DeviceActId>
export const ConsentId = id('ConsentId')
export type ConsentId = z.infer<typeof ConsentId>
export const InstallationId = id('InstallationId')
export type InstallationId = z.infer<typeof InstallationId>
