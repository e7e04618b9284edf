import type { Person } from '../api/types.ts'

/** A person as the form holds them: what is empty there is null or left out in the service. */
export interface PersonValues {
  name: string
  kind: Person['kind']
  jurisdictionId: string
  phone: string
  language: Person['language']
  accountId?: string
  addresses: { channelId?: string; address?: string }[]
  skills: string[]
  pairedWith: string[]
  holdsKeyOf: string[]
  latitude?: number | null
  longitude?: number | null
  enabled: boolean
}

export const valuesOf = ({ accountId, place, addresses, ...rest }: Person): PersonValues => ({
  name: rest.name,
  kind: rest.kind,
  jurisdictionId: rest.jurisdictionId,
  phone: rest.phone,
  language: rest.language,
  addresses: addresses.map((one) => ({ ...one })),
  skills: rest.skills,
  pairedWith: rest.pairedWith,
  holdsKeyOf: rest.holdsKeyOf,
  enabled: rest.enabled,
  ...(accountId === null ? {} : { accountId }),
  ...(place === null ? {} : place),
})

export const bodyOf = (values: PersonValues): Omit<Person, 'id' | 'createdAt'> => {
  const { latitude, longitude } = values
  return {
    name: values.name.trim(),
    kind: values.kind,
    jurisdictionId: values.jurisdictionId,
    phone: values.phone.trim(),
    language: values.language,
    accountId: values.accountId ?? null,
    addresses: values.addresses.flatMap(({ channelId, address = '' }) =>
      channelId === undefined ? [] : [{ channelId, address: address.trim() }],
    ),
    skills: values.skills,
    pairedWith: values.pairedWith,
    holdsKeyOf: values.holdsKeyOf,
    place: latitude == null || longitude == null ? null : { latitude, longitude },
    enabled: values.enabled,
  }
}
