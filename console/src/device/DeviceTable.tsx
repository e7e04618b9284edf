import { Table, type TableColumnsType } from 'antd'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Device } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { formatCadence } from '../format/duration.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useIsPhone } from '../preference/media.ts'
import { useHolds } from '../session/session.ts'
import { DeviceActions } from './DeviceActions.tsx'
import { DeviceGlyph } from './DeviceGlyph.tsx'

export const Battery = ({ device }: { device: Device }) => {
  const { t } = useTranslation()
  const { health } = device
  if (health === null || (health.batteryPct === null && health.batteryLow === null))
    return <span className="faint">—</span>
  const isLow = health.batteryLow === true || (health.batteryPct !== null && health.batteryPct < 15)
  return (
    <span className={isLow ? 'is-bad' : ''}>
      {health.batteryPct !== null && `${Math.round(health.batteryPct)} % `}
      {isLow ? t('device.batteryLow') : health.batteryPct === null ? t('device.batteryGood') : ''}
    </span>
  )
}

const Heard = ({ device, zone }: { device: Device; zone: string }) => {
  const { t } = useTranslation()
  if (!device.enabled) return <span className="faint">{t('device.disabled')}</span>
  if (device.health === null) return <span className="is-bad">{t('device.never')}</span>
  return (
    <span className="heard">
      {device.silent && <b className="is-bad">{t('device.silent')}</b>}
      <Ago at={device.health.lastReceivedAt} zone={zone} exact />
    </span>
  )
}

/** Who lives where it stands, as far as one may know; otherwise the place. */
const DeviceHome = ({ device: { homeId, home } }: { device: Device }) => {
  const { t } = useTranslation()
  if (homeId === null) return <span className="faint">{t('device.noHome')}</span>
  if (home === null) return <span className="faint">{t('device.elsewhere')}</span>
  return (
    <span className="device-home">
      <Link to={`/homes/${home.id}`}>{home.who?.name ?? home.place}</Link>{' '}
      <span className="soft">{home.who === null ? '' : `${home.place} ${home.who.door}`}</span>
    </span>
  )
}

/** Devices and how they are, the same on a home's page and in the list of all. */
export const DeviceTable = ({
  devices,
  zone,
  withHome = false,
  loading = false,
}: {
  devices: readonly Device[]
  zone: string
  withHome?: boolean
  loading?: boolean
}) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const isPhone = useIsPhone()
  const administers = useHolds('administrator')
  const worksCases = useHolds('case_worker')
  const cadence = (device: Device) => {
    const seconds = device.cadenceS ?? device.health?.cadenceS ?? null
    return seconds === null ? null : t('device.every', { cadence: formatCadence(seconds, language) })
  }
  const signal = (device: Device) =>
    device.health?.signalDbm == null ? '—' : `${Math.round(device.health.signalDbm)} dBm`

  /** What is known, in one line of a card. */
  const said = (device: Device) =>
    [
      { key: 'cadence', text: cadence(device) },
      { key: 'signal', text: device.health?.signalDbm == null ? null : signal(device) },
      { key: 'model', text: withHome ? null : device.model },
      {
        key: 'battery',
        text:
          device.health?.batteryPct == null ? null : (
            <>
              {t('device.battery')} <Battery device={device} />
            </>
          ),
      },
    ].filter(({ text }) => text !== null && text !== '')

  if (isPhone)
    return (
      <ul className="device-cards">
        {devices.map((device) => (
          <li key={device.id}>
            <p className="device-card-head">
              <DeviceGlyph kind={device.kind} /> <b>{t(`deviceKind.${device.kind}`)}</b>
              <code>{device.id}</code>
              <DeviceActions device={device} />
            </p>
            {withHome && (
              <p>
                <DeviceHome device={device} />
              </p>
            )}
            <p>
              <Heard device={device} zone={zone} />
            </p>
            <p className="soft">
              {said(device).map((words, index) => (
                <Fragment key={words.key}>
                  {index > 0 && ' · '}
                  {words.text}
                </Fragment>
              ))}
            </p>
          </li>
        ))}
      </ul>
    )

  const columns: TableColumnsType<Device> = [
    {
      title: t('device.device'),
      key: 'device',
      width: 250,
      render: (_, device) => (
        <span className="device-name">
          <DeviceGlyph kind={device.kind} />
          <span>
            <b>{t(`deviceKind.${device.kind}`)}</b> <code>{device.id}</code>
          </span>
        </span>
      ),
    },
    {
      title: t('device.lastHeard'),
      key: 'heard',
      width: 230,
      render: (_, device) => <Heard device={device} zone={zone} />,
    },
    { title: t('device.cadence'), key: 'cadence', width: 130, render: (_, device) => cadence(device) ?? '—' },
    {
      title: t('device.battery'),
      key: 'battery',
      width: 110,
      render: (_, device) => <Battery device={device} />,
    },
    { title: t('device.signal'), key: 'signal', width: 110, render: (_, device) => signal(device) },
    withHome
      ? {
          title: t('device.home'),
          key: 'home',
          width: 300,
          render: (_, device) => <DeviceHome device={device} />,
        }
      : { title: t('device.model'), dataIndex: 'model', ellipsis: true },
    ...(administers || worksCases
      ? [
          {
            key: 'actions',
            width: 64,
            render: (_: unknown, device: Device) => <DeviceActions device={device} />,
          },
        ]
      : []),
  ]
  const isLong = devices.length >= 200
  return (
    <Table<Device>
      className="plain-table"
      rowKey="id"
      columns={columns}
      dataSource={[...devices]}
      loading={loading}
      pagination={false}
      virtual={isLong}
      scroll={isLong ? { y: window.innerHeight - 230, x: 800 } : {}}
      rowClassName={(device) => (device.silent ? 'is-silent' : '')}
    />
  )
}
