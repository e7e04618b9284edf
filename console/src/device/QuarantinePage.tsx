import { Button, Select, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuarantine } from '../api/queries.ts'
import type { QuarantineItem } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { viewPayload } from '../format/payload.ts'
import { formatBytes } from '../format/quantity.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useMe } from '../session/session.ts'

const CODES = [
  'malformed',
  'undecoded',
  'needs_mapping',
  'unregistered_device',
  'wrong_device',
  'out_of_range',
  'too_large',
  'too_old',
  'in_future',
] as const

const Item = ({ item }: { item: QuarantineItem }) => {
  const { t, i18n } = useTranslation()
  const { zone } = useMe()
  const payload = viewPayload(item.payload)
  const reason = `quarantine.code.${item.code}`
  return (
    <li className="card quarantine-item">
      <header>
        <b>{i18n.exists(reason) ? t(reason) : item.code}</b>
        <Ago at={item.receivedAt} zone={zone} exact />
      </header>
      <p className="quarantine-reason">{item.message}</p>
      <p className="soft">
        <code>{item.topic}</code> · {t('quarantine.from')} <code>{item.principal}</code> ·{' '}
        {formatBytes(item.sizeBytes)} · {t(`quarantine.${payload.form}`)}
      </p>
      <pre className="payload">{payload.text}</pre>
    </li>
  )
}

/** What was heard and not understood: kept with its reason, so that nothing is lost in silence. */
const QuarantinePage = () => {
  const { t } = useTranslation()
  const [code, setCode] = useState<string | null>(null)
  const quarantine = useQuarantine(code)
  const items = quarantine.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('place.quarantine')}</h1>
          <p className="soft">{t('quarantine.explain')}</p>
        </div>
        <div className="page-tools">
          <Select
            className="tree-select"
            allowClear
            placeholder={t('quarantine.allReasons')}
            value={code}
            options={CODES.map((value) => ({ value, label: t(`quarantine.code.${value}`) }))}
            onChange={(value: string | undefined) => setCode(value ?? null)}
          />
        </div>
      </header>
      {quarantine.isError && <ErrorNote error={quarantine.error} onRetry={() => void quarantine.refetch()} />}
      {quarantine.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {quarantine.isSuccess && items.length === 0 && <p className="quiet-note">{t('quarantine.none')}</p>}
      <ul className="plain-list">
        {items.map((item) => (
          <Item key={item.id} item={item} />
        ))}
      </ul>
      {quarantine.hasNextPage && (
        <Button
          className="more"
          loading={quarantine.isFetchingNextPage}
          onClick={() => void quarantine.fetchNextPage()}
        >
          {t('action.more')}
        </Button>
      )}
    </div>
  )
}

export default QuarantinePage
