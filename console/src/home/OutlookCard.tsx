import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useOutlook } from '../api/home-queries.ts'
import type { AlertRecord, Outlook, WhyNot } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { MomentField } from '../clock/MomentField.tsx'
import { formatDuration } from '../format/duration.ts'
import { formatInstant, formatInstantFull } from '../format/instant.ts'
import { fromLocalInput, toLocalInput } from '../format/local-input.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'

/** Three minutes late is on time. */
const WORTH_SAYING_HOURS = 0.05

const isInactivity = ({ kind }: WhyNot) => kind.startsWith('inactivity.')
const isOfInactivity = ({ kind }: AlertRecord) => kind.startsWith('inactivity.')
const OVER_STATES: ReadonlySet<AlertRecord['state']> = new Set(['resolved', 'reviewed', 'closed'])
const instantOf = ({ at }: WhyNot) => (at === null ? Number.POSITIVE_INFINITY : Date.parse(at))

/** What matters first: that it rings, else when it would, else why it cannot. */
const headOf = (rules: readonly WhyNot[]): WhyNot | undefined => {
  const said = rules.filter(isInactivity)
  const coming = said
    .filter(({ status }) => status === 'would_speak')
    .sort((a, b) => instantOf(a) - instantOf(b))
  return (
    said.find(({ status }) => status === 'holds') ??
    coming[0] ??
    said.find(({ status }) => status === 'cannot_see') ??
    said.find(({ status }) => status === 'waits')
  )
}

/** A rule goes on holding after its alert was dealt with: only what somebody must still see to rings. */
const headWord = ({ status, at }: WhyNot, alerts: readonly AlertRecord[] | null): string => {
  if (status !== 'holds') return status
  if (alerts === null || at === null) return 'meets'
  const since = Date.parse(at)
  const ofThis = alerts.filter(({ openedAt }) => Date.parse(openedAt) >= since)
  if (ofThis.some(({ state }) => !OVER_STATES.has(state))) return 'holds'
  return ofThis.length > 0 ? 'handled' : 'meets'
}

const Head = ({
  outlook,
  alerts,
  zone,
}: {
  outlook: Outlook
  /** Null: somebody asks about another instant than now. */
  alerts: readonly AlertRecord[] | null
  zone: string
}) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const head = headOf(outlook.rules)
  const asked = Date.parse(outlook.at)
  if (head === undefined) return <p className="outlook-when">{t('outlook.nothingOn')}</p>
  const at = head.at === null ? null : Date.parse(head.at)
  const said = at === null ? '' : formatInstant(at, asked, zone, language)
  return (
    <div className={`outlook-head is-${head.status}`}>
      <p className="outlook-when" {...(at === null ? {} : { title: formatInstantFull(at, zone, language) })}>
        {t(`outlook.head.${headWord(head, alerts)}`, { at: said })}
      </p>
      {head.status !== 'holds' && (
        <p>{head.status === 'would_speak' ? head.grounds?.[language] : head.sentence[language]}</p>
      )}
    </div>
  )
}

const Facts = ({ outlook }: { outlook: Outlook }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { atBest, learning } = outlook
  const hours = (value: number) => formatDuration(value * 3_600_000, language)
  return (
    <dl className="outlook-facts">
      <div>
        <dt>{t('outlook.atBest')}</dt>
        <dd>{atBest === null ? t('outlook.atBestUnknown') : atBest.sentence[language]}</dd>
        {atBest !== null && (
          <dd className="soft">
            {t('outlook.atBestWhy', {
              deadline: hours(atBest.deadlineHours),
              interval: hours(atBest.intervalHours),
            })}
            {atBest.latenessHours >= WORTH_SAYING_HOURS &&
              t('outlook.late', { late: hours(atBest.latenessHours) })}
          </dd>
        )}
      </div>
      {learning !== null && (
        <div>
          <dt>{t('outlook.habits')}</dt>
          <dd>
            {t(learning.learning ? 'outlook.learning' : 'outlook.learned', {
              days: learning.days,
              of: learning.of,
            })}
          </dd>
        </div>
      )}
    </dl>
  )
}

const Rules = ({ rules, asked, zone }: { rules: readonly WhyNot[]; asked: number; zone: string }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <ul className="outlook-rules">
      {rules.map((rule) => (
        <li key={`${rule.kind}${rule.deviceId ?? ''}`} className={`is-${rule.status}`}>
          <span>
            <b>{t(`kind.${rule.kind}`)}</b>
            {rule.deviceId !== null && <code className="outlook-device">{rule.deviceId}</code>}
          </span>
          <span className="outlook-status">
            {t(`outlook.status.${rule.status}`)}
            {rule.at !== null && ` ${formatInstant(Date.parse(rule.at), asked, zone, language)}`}
          </span>
          <span className="soft">{rule.sentence[language]}</span>
        </li>
      ))}
    </ul>
  )
}

/** Why nothing rings, when it would, how soon it could at best; now, or at an instant that somebody asks about. */
export const OutlookCard = ({
  homeId,
  alerts,
  zone,
}: {
  homeId: string
  alerts: readonly AlertRecord[]
  zone: string
}) => {
  const { t } = useTranslation()
  const now = useCivilNow(60_000)
  const [asked, setAsked] = useState<number | null>(null)
  const [all, setAll] = useState(false)
  const outlook = useOutlook(homeId, asked)
  const { data } = outlook
  return (
    <section className="card outlook">
      <header className="card-head">
        <div>
          <h2>{t(asked === null ? 'outlook.title' : 'outlook.titleThen')}</h2>
          <p className="soft">{t(asked === null ? 'outlook.explain' : 'outlook.explainThen')}</p>
        </div>
        <div className="outlook-tools">
          <MomentField
            zone={zone}
            aria-label={t('outlook.at')}
            value={toLocalInput(asked ?? now, zone)}
            onChange={(text) => {
              const at = fromLocalInput(text, zone)
              if (at !== null && at <= now) setAsked(at)
            }}
          />
          {asked !== null && <Button onClick={() => setAsked(null)}>{t('outlook.now')}</Button>}
        </div>
      </header>
      {outlook.isError && <ErrorNote error={outlook.error} onRetry={() => void outlook.refetch()} />}
      {outlook.isPending && <Skeleton active paragraph={{ rows: 3 }} />}
      {data !== undefined && (
        <>
          <Head outlook={data} alerts={asked === null ? alerts.filter(isOfInactivity) : null} zone={zone} />
          <Facts outlook={data} />
          <Button type="text" className="outlook-more" aria-expanded={all} onClick={() => setAll(!all)}>
            {t(all ? 'outlook.fewer' : 'outlook.all', { count: data.rules.length })}
          </Button>
          {all && <Rules rules={data.rules} asked={Date.parse(data.at)} zone={zone} />}
        </>
      )}
    </section>
  )
}
