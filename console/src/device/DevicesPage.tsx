import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDevices } from '../api/device-queries.ts'
import { useSummary } from '../api/queries.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useHolds, useMe } from '../session/session.ts'
import { useDeviceDialogs } from './DeviceDialogs.tsx'
import { DeviceTable } from './DeviceTable.tsx'
import { DeviceTabs } from './DeviceTabs.tsx'

const KINDS = ['all', 'water', 'electricity', 'smoke', 'gateway'] as const

const Counts = () => {
  const { t } = useTranslation()
  const summary = useSummary().data
  if (summary === undefined || summary.devices === 0) return null
  const { devices, silentDevices } = summary
  return (
    <p className="soft">
      {t(silentDevices === 0 ? 'device.noneSilent' : 'device.someSilent', {
        count: devices,
        silent: silentDevices,
      })}
    </p>
  )
}

const DevicesPage = () => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const administers = useHolds('administrator')
  const dialogs = useDeviceDialogs()
  const [kind, setKind] = useState<(typeof KINDS)[number]>('all')
  const [onlySilent, setOnlySilent] = useState(false)
  const devices = useDevices({ kind: kind === 'all' ? null : kind, onlySilent })
  const loaded = devices.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('place.devices')}</h1>
          <Counts />
        </div>
        <div className="page-tools">
          <Segmented
            aria-label={t('care.column.kind')}
            value={kind}
            options={KINDS.map((value) => ({
              value,
              label: value === 'all' ? t('device.all') : t(`deviceKind.${value}`),
            }))}
            onChange={setKind}
          />
          <Button
            type={onlySilent ? 'primary' : 'default'}
            aria-pressed={onlySilent}
            onClick={() => setOnlySilent(!onlySilent)}
          >
            {t('device.onlySilent')}
          </Button>
          {administers && (
            <Button type="primary" onClick={() => dialogs.register()}>
              {t('register.open')}
            </Button>
          )}
        </div>
      </header>
      <DeviceTabs />
      {devices.isError && <ErrorNote error={devices.error} onRetry={() => void devices.refetch()} />}
      {devices.isSuccess && loaded.length === 0 ? (
        <p className="quiet-note">{t(kind === 'all' && !onlySilent ? 'device.none' : 'device.noneMatch')}</p>
      ) : (
        <DeviceTable devices={loaded} zone={zone} withHome loading={devices.isPending} />
      )}
      {devices.hasNextPage && (
        <Button
          className="more"
          loading={devices.isFetchingNextPage}
          onClick={() => void devices.fetchNextPage()}
        >
          {t('home.more', { count: loaded.length })}
        </Button>
      )}
    </div>
  )
}

export default DevicesPage
