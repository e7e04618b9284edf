import { useTranslation } from 'react-i18next'
import type { DecodingPreview } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { useMe } from '../session/session.ts'
import { useMetrics } from './queries.ts'
import { RefusalWords } from './RefusalWords.tsx'

const Value = ({ metric, value }: { metric: string; value: number | boolean | null }) => {
  const { t } = useTranslation()
  const unit = useMetrics().find(({ name }) => name === metric)?.unit ?? ''
  const text =
    value === null
      ? t('mapping.unsaid')
      : typeof value === 'boolean'
        ? t(value ? 'mapping.yes' : 'mapping.no')
        : `${value} ${unit}`.trim()
  return (
    <div>
      <dt>{t(`metricName.${metric}`)}</dt>
      <dd>{text}</dd>
    </div>
  )
}

/** What would come of the message: the readings, or why there are none. */
export const Reading = ({ preview }: { preview: DecodingPreview }) => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const { samples, refused } = preview
  return (
    <section className="mapping-reading" aria-live="polite">
      <h3>{t('mapping.reading')}</h3>
      {samples.length === 0 && <p className="quiet-note">{t('mapping.noReading')}</p>}
      {samples.map((sample) => (
        <div key={`${sample.sourceId} ${sample.channel ?? ''} ${sample.measuredAt}`}>
          <p className="soft">
            <code>{sample.sourceId}</code> · <Ago at={sample.measuredAt} zone={zone} exact />
          </p>
          <dl className="facts">
            {Object.entries(sample.values).map(([metric, value]) => (
              <Value key={metric} metric={metric} value={value} />
            ))}
          </dl>
        </div>
      ))}
      {refused !== null && <RefusalWords code={refused.code} note={refused.message} />}
    </section>
  )
}
