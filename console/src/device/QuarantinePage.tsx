import { Button, Segmented, Select, Skeleton } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGateways, useQuarantine } from '../api/device-queries.ts'
import type { QuarantineItem } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { kindByPayload, viewPayload } from '../format/payload.ts'
import { formatBytes } from '../format/quantity.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { MappingDialog } from '../mapping/MappingDialog.tsx'
import { RefusalWords } from '../mapping/RefusalWords.tsx'
import { useMe } from '../session/session.ts'
import { useDeviceDialogs } from './DeviceDialogs.tsx'

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

const GATEWAY = 'gateway:'

/** Behind a gateway, and nobody's yet: everything but the home is known already. */
const Claim = ({ item, text }: { item: QuarantineItem; text: string }) => {
  const { t } = useTranslation()
  const dialogs = useDeviceDialogs()
  const { principal, sourceId, deviceId } = item
  const asks = item.code === 'unregistered_device' || item.code === 'needs_mapping'
  if (!asks || item.decodedAt !== null || sourceId === null || !principal.startsWith(GATEWAY)) return null
  if (item.code === 'needs_mapping' && deviceId !== null) return null
  if (deviceId !== null)
    return (
      <p className="soft">
        {t('quarantine.registeredAs')} <code>{deviceId}</code>
      </p>
    )
  const kind = kindByPayload(text)
  const known = { gatewayId: principal.slice(GATEWAY.length), sourceId, ...(kind === null ? {} : { kind }) }
  return (
    <p className="quarantine-claim">
      <code>{sourceId}</code>
      <Button onClick={() => dialogs.register(known)}>{t('quarantine.register')}</Button>
    </p>
  )
}

/** A device that is registered, whose names nobody has explained yet. */
const Explain = ({ item }: { item: QuarantineItem }) => {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  if (item.code !== 'needs_mapping' || item.decodedAt !== null) return null
  if (item.deviceId === null) return null
  return (
    <p className="quarantine-claim">
      <code>{item.deviceId}</code>
      <Button onClick={() => setOpen(true)}>{t('mapping.open')}</Button>
      {isOpen && <MappingDialog item={item} deviceId={item.deviceId} onClose={() => setOpen(false)} />}
    </p>
  )
}

const Item = ({ item, onPrincipal }: { item: QuarantineItem; onPrincipal: (principal: string) => void }) => {
  const { t, i18n } = useTranslation()
  const { zone } = useMe()
  const payload = useMemo(() => viewPayload(item.payload), [item.payload])
  const reason = `quarantine.code.${item.code}`
  return (
    <li className="card quarantine-item">
      <header>
        <b>{i18n.exists(reason) ? t(reason) : item.code}</b>
        <Ago at={item.receivedAt} zone={zone} exact />
      </header>
      <RefusalWords code={item.code} note={item.message} />
      <p className="soft">
        <code>{item.topic}</code> · {t('quarantine.from')}{' '}
        <button type="button" className="link-button" onClick={() => onPrincipal(item.principal)}>
          <code>{item.principal}</code>
        </button>{' '}
        · {formatBytes(item.sizeBytes)} · {t(`quarantine.${payload.form}`)}
      </p>
      <Claim item={item} text={payload.text} />
      <Explain item={item} />
      {item.decodedAt !== null && (
        <p className="soft">
          {t('quarantine.decodedAt')} <Ago at={item.decodedAt} zone={zone} exact />
        </p>
      )}
      {item.sizeBytes > 0 && <pre className="payload">{payload.text}</pre>}
    </li>
  )
}

/** What was heard and not understood: kept with its reason, so that nothing is lost in silence. */
const QuarantinePage = () => {
  const { t } = useTranslation()
  const [code, setCode] = useState<string | null>(null)
  const [principal, setPrincipal] = useState<string | null>(null)
  const [decoded, setDecoded] = useState(false)
  const quarantine = useQuarantine({ code, principal, decoded })
  const gateways = useGateways().data
  const items = quarantine.data?.pages.flatMap((page) => page.items) ?? []
  const named = new Map(gateways?.map(({ id, name }) => [`${GATEWAY}${id}`, name === '' ? id : name]))
  const principals = new Set([
    ...named.keys(),
    ...items.map((item) => item.principal),
    ...(principal === null ? [] : [principal]),
  ])
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('place.quarantine')}</h1>
          <p className="soft">{t('quarantine.explain')}</p>
        </div>
        <div className="page-tools">
          <Segmented
            aria-label={t('quarantine.shown')}
            value={decoded ? 'decoded' : 'waiting'}
            options={['waiting', 'decoded'].map((value) => ({ value, label: t(`quarantine.${value}`) }))}
            onChange={(value) => setDecoded(value === 'decoded')}
          />
          <Select
            className="tree-select"
            allowClear
            placeholder={t('quarantine.allReasons')}
            aria-label={t('care.column.reasons')}
            value={code}
            options={CODES.map((value) => ({ value, label: t(`quarantine.code.${value}`) }))}
            onChange={(value: string | undefined) => setCode(value ?? null)}
          />
          <Select
            className="tree-select"
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('quarantine.everybody')}
            aria-label={t('quarantine.from')}
            value={principal}
            options={[...principals].map((value) => ({ value, label: named.get(value) ?? value }))}
            onChange={(value: string | undefined) => setPrincipal(value ?? null)}
          />
        </div>
      </header>
      {quarantine.isError && <ErrorNote error={quarantine.error} onRetry={() => void quarantine.refetch()} />}
      {quarantine.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {quarantine.isSuccess && items.length === 0 && (
        <p className="quiet-note">
          {t(code === null && principal === null ? 'quarantine.none' : 'quarantine.noneMatch')}
        </p>
      )}
      <ul className="plain-list">
        {items.map((item) => (
          <Item key={item.id} item={item} onPrincipal={setPrincipal} />
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
