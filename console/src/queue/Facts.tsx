import { useTranslation } from 'react-i18next'
import type { Evidence } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatCadence, formatDuration, type Language } from '../format/duration.ts'
import { formatInstant } from '../format/instant.ts'
import { formatLitres, formatWatts } from '../format/quantity.ts'
import { useLanguage } from '../locale/i18n.ts'

interface Context {
  now: number
  zone: string
  language: Language
}

/** A number of the evidence in words, by the unit that ends its name. Null: nothing that a person reads. */
const say = (key: string, value: unknown, { now, zone, language }: Context): string | null => {
  if (typeof value === 'string' && !Number.isNaN(Date.parse(value)) && /(At|Until|since|Start)$/.test(key))
    return formatInstant(Date.parse(value), now, zone, language)
  if (typeof value === 'string') return value
  if (typeof value !== 'number') return null
  if (key.endsWith('Ms')) return formatDuration(value, language)
  if (key === 'hours' || key.endsWith('Hours')) return formatDuration(value * 3_600_000, language)
  if (key.endsWith('PerHour')) return `${formatLitres(value)}/h`
  if (/litres$/i.test(key)) return formatLitres(value)
  if (key.endsWith('Watts')) return formatWatts(value)
  if (key === 'percent') return `${value} %`
  if (key.endsWith('S')) return formatCadence(value, language)
  return String(value)
}

/** The numbers behind the sentence, for who wants to check it. Only those that have a name in both languages. */
export const Facts = ({ evidence, zone }: { evidence: Evidence; zone: string }) => {
  const { t, i18n } = useTranslation()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const facts = Object.entries(evidence.data).flatMap(([key, value]) => {
    const words = i18n.exists(`fact.${key}`) ? say(key, value, { now, zone, language }) : null
    return words === null ? [] : [{ key, words }]
  })
  if (facts.length === 0) return null
  return (
    <section className="panel-section">
      <h3>{t('queue.facts')}</h3>
      <dl className="facts">
        {facts.map(({ key, words }) => (
          <div key={key}>
            <dt>{t(`fact.${key}`)}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
