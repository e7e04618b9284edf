import { SearchOutlined } from '@ant-design/icons'
import { Button, Input, Segmented, Table, type TableColumnsType, TreeSelect } from 'antd'
import { useDeferredValue, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useHomes } from '../api/home-queries.ts'
import { useJurisdictions } from '../api/queries.ts'
import type { HomeSummary } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { DeviceState } from '../device/DeviceState.tsx'
import { byKind } from '../device/order.ts'
import { localParts } from '../format/instant.ts'
import { treeOf } from '../jurisdiction/tree.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useIsPhone } from '../preference/media.ts'
import { useHolds, useMe } from '../session/session.ts'
import { SeverityLabel } from '../severity/Severity.tsx'
import { AddHome } from './AddHome.tsx'

const SHOW = ['all', 'blind', 'archived'] as const
type Show = (typeof SHOW)[number]
const showOf = (word: string | null): Show => SHOW.find((show) => show === word) ?? 'all'

const Devices = ({ home }: { home: HomeSummary }) => (
  <span className="device-states">
    {byKind(home.devices).map((device) => (
      <DeviceState key={device.id} {...device} />
    ))}
  </span>
)

const OpenAlerts = ({ home }: { home: HomeSummary }) =>
  home.worstSeverity === null ? null : <SeverityLabel severity={home.worstSeverity} size={17} />

const useAge = () => {
  const { zone } = useMe()
  const year = localParts(useCivilNow(3_600_000), zone).year
  return (birthYear: number | null | undefined) => (birthYear == null ? null : year - birthYear)
}

const HomesPage = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const isPhone = useIsPhone()
  const seesPeople = useHolds('case_worker')
  const administers = useHolds('administrator')
  const [parameters, setParameters] = useSearchParams()
  const [search, setSearch] = useState('')
  const [jurisdictionId, setJurisdictionId] = useState<string | null>(null)
  const show = showOf(parameters.get('show'))
  const wanted = useDeferredValue(search.trim())
  const homes = useHomes({ jurisdictionId, search: wanted, show })
  const places = useJurisdictions().data
  const nameOf = useMemo(() => new Map(places?.map((place) => [place.id, place.name])), [places])
  const tree = useMemo(() => treeOf(places ?? []), [places])
  const ageOf = useAge()
  const rows = homes.data?.pages.flatMap((page) => page.items) ?? []
  const isEmpty = homes.isSuccess && rows.length === 0
  const isUnfiltered = show !== 'blind' && wanted === '' && jurisdictionId === null
  const openHome = (home: HomeSummary) => void navigate(`/homes/${home.home.id}`)

  const columns: TableColumnsType<HomeSummary> = [
    {
      title: t('home.resident'),
      key: 'who',
      width: 220,
      render: (_, { home, resident }) =>
        resident === null ? (
          <span className="faint">{seesPeople ? t('who.unknown') : home.id}</span>
        ) : (
          <>
            <b>{resident.name}</b>{' '}
            {ageOf(resident.birthYear) !== null && (
              <span className="age">{t('who.age', { count: ageOf(resident.birthYear) ?? 0 })}</span>
            )}
          </>
        ),
    },
    {
      title: t('home.place'),
      key: 'place',
      width: 260,
      render: (_, { home, resident }) => (
        <>
          {nameOf.get(home.jurisdictionId)} <span className="soft">{resident?.door}</span>
          {home.archivedAt !== null && <span className="faint"> {t('home.archived')}</span>}
        </>
      ),
    },
    { title: t('home.devices'), key: 'devices', render: (_, home) => <Devices home={home} /> },
    ...(seesPeople
      ? [
          {
            title: t('home.openAlert'),
            key: 'alert',
            width: 150,
            render: (_: unknown, home: HomeSummary) => <OpenAlerts home={home} />,
          },
        ]
      : []),
  ]

  return (
    <div className="page">
      <header className="page-head">
        <h1>{t('place.homes')}</h1>
        <div className="page-tools">
          {seesPeople && (
            <Input
              className="search"
              allowClear
              prefix={<SearchOutlined aria-hidden />}
              placeholder={t('home.search')}
              aria-label={t('home.search')}
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          )}
          <TreeSelect
            className="tree-select"
            allowClear
            treeDefaultExpandAll
            placeholder={t('home.everywhere')}
            aria-label={t('home.everywhere')}
            treeData={tree}
            {...(jurisdictionId === null ? {} : { value: jurisdictionId })}
            onChange={(value: string | undefined) => setJurisdictionId(value ?? null)}
          />
          <Segmented<Show>
            aria-label={t('home.shown')}
            value={show}
            options={SHOW.map((value) => ({ value, label: t(`home.show.${value}`) }))}
            onChange={(value) => setParameters(value === 'all' ? {} : { show: value })}
          />
          {administers && <AddHome jurisdictionId={jurisdictionId} />}
        </div>
      </header>
      {homes.isError && <ErrorNote error={homes.error} onRetry={() => void homes.refetch()} />}
      {isEmpty ? (
        <p className="quiet-note">{t(isUnfiltered ? 'home.none' : 'home.noneMatch')}</p>
      ) : isPhone ? (
        <ul className="home-cards">
          {rows.map((home) => (
            <li key={home.home.id}>
              <button type="button" onClick={() => openHome(home)}>
                <span className="home-card-head">
                  <b>{home.resident?.name ?? (seesPeople ? t('who.unknown') : home.home.id)}</b>
                  <span className="soft">
                    {nameOf.get(home.home.jurisdictionId)} {home.resident?.door}
                    {home.home.archivedAt !== null && ` · ${t('home.archived')}`}
                  </span>
                </span>
                <OpenAlerts home={home} />
                <Devices home={home} />
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <Table<HomeSummary>
          className="plain-table"
          rowKey={(row) => row.home.id}
          columns={columns}
          dataSource={rows}
          loading={homes.isPending}
          pagination={false}
          virtual={rows.length >= 200}
          scroll={rows.length >= 200 ? { y: window.innerHeight - 230, x: 900 } : {}}
          onRow={(row) => ({ onClick: () => openHome(row), className: 'is-link' })}
        />
      )}
      {homes.hasNextPage && (
        <Button
          className="more"
          loading={homes.isFetchingNextPage}
          onClick={() => void homes.fetchNextPage()}
        >
          {t('home.more', { count: rows.length })}
        </Button>
      )}
    </div>
  )
}

export default HomesPage
