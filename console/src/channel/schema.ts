/** How one setting is asked for; `path` leads to it from the root of the settings. */
export interface SettingField {
  path: string[]
  control: 'text' | 'long' | 'number' | 'choice' | 'words' | 'numbers' | 'pairs'
  options: string[]
  required: boolean
  initial: unknown
  min?: number
  max?: number
}

interface Schema {
  type?: string
  enum?: unknown[]
  default?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  maxLength?: number
  minimum?: number
  maximum?: number
}

/** Text of this length is written over several lines. */
const LONG = 1_000

const controlOf = (schema: Schema): SettingField['control'] => {
  if (schema.enum !== undefined) return 'choice'
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  if (schema.type === 'array') return schema.items?.type === 'integer' ? 'numbers' : 'words'
  if (schema.type === 'object') return 'pairs'
  return (schema.maxLength ?? 0) >= LONG ? 'long' : 'text'
}

/** Something or nothing, or one of several texts: asked for as the first that is something. */
const plain = (schema: Schema): Schema => {
  const something = schema.anyOf?.find(({ type }) => type !== 'null')
  return something === undefined ? schema : { ...schema, ...something }
}

/** The fields of a form for settings that this JSON Schema describes; what lies within what is asked for in its place. */
export const fieldsOf = (schema: Record<string, unknown>, above: readonly string[] = []): SettingField[] => {
  const { properties = {}, required = [] } = schema as Schema
  return Object.entries(properties).flatMap(([name, given]): SettingField[] => {
    const path = [...above, name]
    const one = plain(given)
    if (one.type === 'object' && one.properties !== undefined)
      return fieldsOf(one as Record<string, unknown>, path)
    return [
      {
        path,
        control: controlOf(one),
        options: (one.enum ?? []).map(String),
        required: required.includes(name),
        initial: one.default,
        ...(one.minimum === undefined ? {} : { min: one.minimum }),
        ...(one.maximum === undefined ? {} : { max: one.maximum }),
      },
    ]
  })
}

/** `Name: value`, one a line, as pairs of a document; a line without a colon says nothing. */
export const pairsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf(':')
      return at <= 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const]
    }),
  )

export const pairsText = (pairs: unknown): string =>
  Object.entries((pairs ?? {}) as Record<string, string>)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')

const memberOf = (document: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, name) => (at as Record<string, unknown> | null | undefined)?.[name], document)

const put = (document: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown) => {
  if (rest.length === 0) {
    document[name] = value
    return
  }
  const below = (document[name] ?? {}) as Record<string, unknown>
  document[name] = below
  put(below, rest, value)
}

/** What the form begins with: what is kept, or what the schema proposes. */
export const formValues = (fields: readonly SettingField[], kept: Record<string, unknown> | null) => {
  const values: Record<string, unknown> = {}
  for (const { path, control, initial } of fields) {
    const value = kept === null ? initial : memberOf(kept, path)
    put(values, path, control === 'pairs' ? pairsText(value) : (value ?? undefined))
  }
  return values
}

/** Settings as the service wants them: what was left empty is left out, and has its default. */
export const settingsOf = (fields: readonly SettingField[], values: unknown): Record<string, unknown> => {
  const settings: Record<string, unknown> = {}
  for (const { path, control } of fields) {
    const value = memberOf(values, path)
    if (control === 'pairs') put(settings, path, pairsOf(typeof value === 'string' ? value : ''))
    else if (control === 'numbers') put(settings, path, ((value ?? []) as unknown[]).map(Number))
    else if (value !== undefined && value !== null && value !== '')
      put(settings, path, typeof value === 'string' && control === 'text' ? value.trim() : value)
  }
  return settings
}

/** Secrets that were typed; one left empty stays as it is kept. */
export const secretsOf = (values: Record<string, string | undefined> | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values ?? {}).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value] as const],
    ),
  )
