import type { AskedField, Metric, SourceMapping } from '../api/types.ts'
import { isState } from './units.ts'

export type Said = string | number | boolean

/** One name of a message while somebody says what it is. */
export interface FieldDraft {
  name: string
  said: Said | null
  /** Null: it is not taken. */
  metric: string | null
  factor: number
  /** As typed; which type they have is decided by what the message says. */
  trueWhen: string[]
  falseWhen: string[]
  /** The words as they stood: `1` may be a text. */
  stood: readonly Said[]
}

const blank = (field: AskedField): FieldDraft => ({
  name: field.name,
  said: field.said,
  metric: null,
  factor: 1,
  trueWhen: [],
  falseWhen: [],
  stood: [],
})

/** One more name, before any message was seen. */
export const namedDraft = (name: string): FieldDraft => blank({ sourceId: '', name, said: null })

/** The names that the message shows, with what is said of them already; then those that only the mapping knows. */
export const draftOf = (fields: readonly AskedField[], mapping: SourceMapping | null): FieldDraft[] => {
  const known = mapping?.fields ?? {}
  const named = new Map(fields.map((field) => [field.name, blank(field)]))
  for (const name of Object.keys(known))
    if (!named.has(name)) named.set(name, blank({ sourceId: '', name, said: null }))
  return [...named.values()].map((draft) => {
    const field = known[draft.name]
    if (field === undefined) return draft
    return {
      ...draft,
      metric: field.metric,
      factor: field.factor ?? 1,
      trueWhen: (field.trueWhen ?? []).map(String),
      falseWhen: (field.falseWhen ?? []).map(String),
      stood: [...(field.trueWhen ?? []), ...(field.falseWhen ?? [])],
    }
  })
}

/** A word as the source says it: a number where the source says numbers, and so on. */
const typed = (word: string, { said, stood }: FieldDraft): Said => {
  if (said === null) {
    const known = stood.find((one) => String(one) === word)
    if (known !== undefined) return known
  }
  if (typeof said === 'boolean' || said === null)
    if (word === 'true' || word === 'false') return word === 'true'
  if ((typeof said === 'number' || said === null) && word.trim() !== '' && Number.isFinite(Number(word)))
    return Number(word)
  return word
}

export const mappingOf = (
  drafts: readonly FieldDraft[],
  zone: string | null,
  metrics: readonly Metric[],
): SourceMapping => ({
  zone,
  fields: Object.fromEntries(
    drafts.flatMap((draft) => {
      const { name, metric, factor, trueWhen, falseWhen } = draft
      if (metric === null) return []
      if (!isState(metrics, metric)) return [[name, { metric, ...(factor === 1 ? {} : { factor }) }]]
      const words = {
        ...(trueWhen.length === 0 ? {} : { trueWhen: trueWhen.map((word) => typed(word, draft)) }),
        ...(falseWhen.length === 0 ? {} : { falseWhen: falseWhen.map((word) => typed(word, draft)) }),
      }
      return [[name, { metric, ...words }]]
    }),
  ) as SourceMapping['fields'],
})
