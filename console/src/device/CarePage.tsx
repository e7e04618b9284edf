import { useMutation } from '@tanstack/react-query'
import { Button, Segmented, Select, Skeleton, TreeSelect } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useJurisdictions } from '../api/queries.ts'
import type { DeviceCare } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { treeOf } from '../jurisdiction/tree.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useMe } from '../session/session.ts'
import { DeviceActions } from './DeviceActions.tsx'
import { DeviceGlyph } from './DeviceGlyph.tsx'
import { Battery } from './DeviceTable.tsx'
import { DeviceTabs } from './DeviceTabs.tsx'
import { type CareFilter, type CareReason, carePage, useDeviceCare } from './queries.ts'
import { csvText, saveText } from './save-text.ts'
import '../styles/install.css'

const KINDS = ['all', 'water', 'electricity', 'smoke'] as const
const REASONS: readonly CareReason[] = [
  'never_heard',
  'silent',
  'fault',
  'tamper',
  'battery_low',
  'clock_wrong',
  'cadence_poor',
  'signal_weak',
  'consent_missing',
]
const percent = (share: number | null): string => (share === null ? '—' : `${Math.round(share * 100)} %`)

const Row = ({ care, zone }: { care: DeviceCare; zone: string }) => {
  const { t } = useTranslation()
  const { device, reasons, cadenceKept } = care
  const { health, home } = device
  return (
    <li className="care-row">
      <p className="device-card-head">
        <DeviceGlyph kind={device.kind} /> <b>{t(`deviceKind.${device.kind}`)}</b> <code>{device.id}</code>
        <DeviceActions device={device} />
      </p>
      <p className="care-reasons">
        {reasons.length === 0 ? (
          <span className="soft">{t('care.fine')}</span>
        ) : (
          reasons.map((reason) => (
            <b key={reason} className="is-bad">
              {t(`care.reason.${reason}`)}
            </b>
          ))
        )}
      </p>
      <p className="care-where">
        {care.awaitsHomeId !== null ? (
          <Link to={`/homes/${care.awaitsHomeId}`}>{t('care.awaitsHome')}</Link>
        ) : home === null ? (
          <span className="faint">{t('device.noHome')}</span>
        ) : (
          <>
            <Link to={`/homes/${home.id}`}>{home.who?.name ?? home.place}</Link>{' '}
            <span className="soft">{home.who === null ? '' : `${home.place} ${home.who.door}`}</span>
          </>
        )}
      </p>
      <dl className="care-facts">
        <div>
          <dt>{t('device.lastHeard')}</dt>
          <dd>
            {health === null ? t('device.never') : <Ago at={health.lastReceivedAt} zone={zone} exact />}
          </dd>
        </div>
        <div>
          <dt>{t('device.battery')}</dt>
          <dd>
            <Battery device={device} />
          </dd>
        </div>
        <div>
          <dt>{t('device.signal')}</dt>
          <dd>{health?.signalDbm == null ? '—' : `${Math.round(health.signalDbm)} dBm`}</dd>
        </div>
        <div>
          <dt>{t('care.kept')}</dt>
          <dd>{percent(cadenceKept)}</dd>
        </div>
        <div>
          <dt>{t('care.clock')}</dt>
          <dd>{care.clock === null ? '—' : t(`care.clockIs.${care.clock}`)}</dd>
        </div>
      </dl>
    </li>
  )
}

/** All of them as a table for whoever plans the round. */
const useExport = (filter: CareFilter) => {
  const { t } = useTranslation()
  return useMutation({
    mutationFn: async () => {
      const items: DeviceCare[] = []
      for (let after: string | null = ''; after !== null; ) {
        const page: Awaited<ReturnType<typeof carePage>> = await carePage(filter, after, 500)
        items.push(...page.items)
        after = page.next
      }
      const head = [
        'id',
        'kind',
        'model',
        'place',
        'door',
        'reasons',
        'lastHeard',
        'battery',
        'signal',
        'kept',
        'clock',
      ]
      const lines = items.map(({ device, reasons, cadenceKept, clock }) => [
        device.id,
        t(`deviceKind.${device.kind}`),
        device.model,
        device.home?.place ?? '',
        device.home?.who?.door ?? '',
        reasons.map((reason) => t(`care.reason.${reason}`)).join(' / '),
        device.health?.lastReceivedAt ?? '',
        device.health?.batteryPct ?? '',
        device.health?.signalDbm ?? '',
        cadenceKept === null ? '' : Math.round(cadenceKept * 100) / 100,
        clock === null ? '' : t(`care.clockIs.${clock}`),
      ])
      saveText('device-care.csv', csvText([head.map((name) => t(`care.column.${name}`)), ...lines]))
    },
  })
}

/** One list for whoever goes round with a ladder: what needs a hand first, and why. */
const CarePage = () => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const [filter, setFilter] = useState<CareFilter>({ jurisdictionId: null, kind: null, reason: null })
  const care = useDeviceCare(filter)
  const places = useJurisdictions().data
  const tree = useMemo(() => treeOf(places ?? []), [places])
  const save = useExport(filter)
  const items = care.data?.pages.flatMap((page) => page.items) ?? []
  const counts = care.data?.pages[0]?.counts ?? {}
  const isUnfiltered = filter.jurisdictionId === null && filter.kind === null && filter.reason === null
  const needing = items.filter(({ reasons }) => reasons.length > 0).length
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('care.title')}</h1>
          <p className="soft">{t('care.explain')}</p>
        </div>
        <div className="page-tools">
          <TreeSelect
            className="tree-select"
            allowClear
            treeDefaultExpandAll
            treeData={tree}
            placeholder={t('care.everywhere')}
            aria-label={t('care.column.place')}
            value={filter.jurisdictionId ?? undefined}
            onChange={(value: string | undefined) => setFilter({ ...filter, jurisdictionId: value ?? null })}
          />
          <Select
            className="tree-select"
            allowClear
            placeholder={t('care.everyReason')}
            aria-label={t('care.column.reasons')}
            value={filter.reason}
            options={REASONS.map((value) => ({
              value,
              label: `${t(`care.reason.${value}`)} · ${counts[value] ?? 0}`,
            }))}
            onChange={(value: CareReason | undefined) => setFilter({ ...filter, reason: value ?? null })}
          />
          <Segmented
            aria-label={t('care.column.kind')}
            value={filter.kind ?? 'all'}
            options={KINDS.map((value) => ({
              value,
              label: value === 'all' ? t('device.all') : t(`deviceKind.${value}`),
            }))}
            onChange={(value) =>
              setFilter({ ...filter, kind: value === 'all' ? null : (value as CareFilter['kind']) })
            }
          />
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            {t('care.save')}
          </Button>
        </div>
      </header>
      <DeviceTabs />
      {save.isError && <ErrorNote error={save.error} />}
      {care.isError && <ErrorNote error={care.error} onRetry={() => void care.refetch()} />}
      {care.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {care.isSuccess && needing === 0 && (
        <p className="quiet-note">
          {t(items.length > 0 ? 'care.none' : isUnfiltered ? 'device.none' : 'device.noneMatch')}
        </p>
      )}
      <ul className="plain-list care-list">
        {items.map((one) => (
          <Row key={one.device.id} care={one} zone={zone} />
        ))}
      </ul>
      {care.hasNextPage && (
        <Button className="more" loading={care.isFetchingNextPage} onClick={() => void care.fetchNextPage()}>
          {t('action.more')}
        </Button>
      )}
    </div>
  )
}

export default CarePage
