import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDevices } from '../api/queries.ts'
import type { Device, DeviceKind } from '../api/types.ts'
import { useAllPages } from '../api/useAllPages.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useHolds, useMe } from '../session/session.ts'
import { DeviceTable } from './DeviceTable.tsx'
import { RegisterDevice } from './RegisterDevice.tsx'

const KINDS = ['all', 'water', 'electricity', 'smoke', 'gateway'] as const

/** So many are fetched to be put in order; beyond that one asks for more. */
const MOST_ORDERED = 3_000

const heardAt = (device: Device) => device.health?.lastReceivedAt ?? ''

/** Those one must look after first: never heard, then silent for longest, then the rest by how long ago. */
export const silentFirst = (devices: readonly Device[]): Device[] =>
  [...devices].sort(
    (a, b) =>
      Number(b.silent) - Number(a.silent) || heardAt(a).localeCompare(heardAt(b)) || a.id.localeCompare(b.id),
  )

const DevicesPage = () => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const administers = useHolds('administrator')
  const [kind, setKind] = useState<(typeof KINDS)[number]>('all')
  const devices = useDevices(kind === 'all' ? null : (kind satisfies DeviceKind))
  const loaded = devices.data?.pages.flatMap((page) => page.items) ?? []
  useAllPages(devices, loaded.length < MOST_ORDERED)
  const silent = loaded.filter((device) => device.silent).length
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('place.devices')}</h1>
          {loaded.length > 0 && (
            <p className="soft">
              {t(silent === 0 ? 'device.noneSilent' : 'device.someSilent', { count: loaded.length, silent })}
            </p>
          )}
        </div>
        <div className="page-tools">
          <Segmented
            value={kind}
            options={KINDS.map((value) => ({
              value,
              label: value === 'all' ? t('device.all') : t(`deviceKind.${value}`),
            }))}
            onChange={setKind}
          />
          {administers && <RegisterDevice />}
        </div>
      </header>
      {devices.isError && <ErrorNote error={devices.error} onRetry={() => void devices.refetch()} />}
      <DeviceTable devices={silentFirst(loaded)} zone={zone} withHome loading={devices.isPending} />
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
