import { ArrowLeftOutlined } from '@ant-design/icons'
import { Button, Skeleton } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useListedAlerts } from '../api/queries.ts'
import type { AlertView } from '../api/types.ts'
import { NoDuty } from '../duty/NoDuty.tsx'
import { useLive } from '../live/live.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useIsPhone } from '../preference/media.ts'
import { QueueTools } from '../proposal/QueueTools.tsx'
import { AlertPanel } from './AlertPanel.tsx'
import { AlertRow } from './AlertRow.tsx'
import { EmptyQueue } from './EmptyQueue.tsx'
import { everything, LISTED, passes, type QueueFilter } from './filter.ts'
import { KeyHelp } from './KeyHelp.tsx'
import { QueueFilters } from './QueueFilters.tsx'
import { useKeyPress } from './useKeyPress.ts'

const QueueList = ({
  shown,
  selectedId,
  onSelect,
}: {
  shown: readonly AlertView[]
  selectedId: string | null
  onSelect: (id: string) => void
}) => {
  const { fresh } = useLive()
  return (
    <ol className="alert-list">
      {shown.map((alert) => (
        <li key={alert.id}>
          <AlertRow
            alert={alert}
            isSelected={alert.id === selectedId}
            isFresh={fresh.has(alert.id)}
            onSelect={() => onSelect(alert.id)}
          />
        </li>
      ))}
    </ol>
  )
}

/** The duty desk: the list on the left, the alert on the right; on a phone one after the other. */
const QueuePage = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { alertId } = useParams()
  const isPhone = useIsPhone()
  const live = useLive()
  const [filter, setFilter] = useState<QueueFilter>(everything)
  const [helping, setHelping] = useState(false)
  const states = LISTED[filter.tab]
  const listed = useListedAlerts(states ?? [])

  const shown = useMemo(() => {
    const source: readonly AlertView[] =
      states === undefined ? live.alerts : (listed.data?.pages.flatMap((page) => page.items) ?? [])
    return source.filter((alert) => passes(filter, alert))
  }, [filter, states, listed.data, live.alerts])
  // With nothing chosen the most urgent lies open: on a ring one sees without a click.
  const selectedId = alertId ?? (isPhone ? null : (shown[0]?.id ?? null))
  const known = live.alerts.find((alert) => alert.id === selectedId)

  const select = (id: string) => void navigate(`/queue/${id}`, { replace: !isPhone })
  const move = (by: number) => {
    const at = shown.findIndex((alert) => alert.id === selectedId)
    const next = shown[Math.min(shown.length - 1, Math.max(0, at + by))]
    if (next !== undefined) select(next.id)
  }
  useKeyPress({ j: () => move(1), k: () => move(-1), '?': () => setHelping(true) })

  const isLoading = states === undefined ? live.isLoading : listed.isPending
  const error = states === undefined ? live.error : listed.error
  // Said only when it is known: neither while loading, nor after a failure, nor because a filter hides the rest.
  const isQuiet =
    filter.tab === 'active' && !live.isLoading && live.error === null && live.alerts.length === 0
  const list = (
    <section className="queue-list" aria-label={t('place.queue')}>
      <QueueFilters filter={filter} alerts={live.alerts} onChange={setFilter} />
      <QueueTools />
      <div className="queue-scroll">
        <NoDuty />
        {error !== null && <ErrorNote error={error} onRetry={live.reload} />}
        {isLoading && <Skeleton active className="queue-skeleton" paragraph={{ rows: 8 }} />}
        {!isLoading && shown.length > 0 && (
          <QueueList shown={shown} selectedId={selectedId} onSelect={select} />
        )}
        {isQuiet && isPhone && <EmptyQueue />}
        {!isLoading && shown.length === 0 && error === null && !(isQuiet && isPhone) && (
          <p className="queue-none">{t(isQuiet ? 'empty.short' : 'empty.filtered')}</p>
        )}
        {states !== undefined && listed.hasNextPage && (
          <Button block loading={listed.isFetchingNextPage} onClick={() => void listed.fetchNextPage()}>
            {t('action.more')}
          </Button>
        )}
      </div>
    </section>
  )
  const panel =
    selectedId === null ? (
      isQuiet && <EmptyQueue />
    ) : (
      <AlertPanel key={selectedId} id={selectedId} known={known} />
    )

  if (isPhone)
    return alertId === undefined ? (
      <div className="queue is-phone">{list}</div>
    ) : (
      <div className="queue is-phone">
        <Button
          type="text"
          className="back"
          icon={<ArrowLeftOutlined aria-hidden />}
          onClick={() => void navigate('/queue')}
        >
          {t('place.queue')}
        </Button>
        {panel}
      </div>
    )
  return (
    <div className="queue">
      {list}
      <section className="queue-detail">{panel}</section>
      {helping && <KeyHelp onClose={() => setHelping(false)} />}
    </div>
  )
}

export default QueuePage
