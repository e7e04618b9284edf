import { Select } from 'antd'
import { useDeferredValue, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHomes } from '../api/home-queries.ts'
import { useJurisdictions } from '../api/queries.ts'
import { useHolds } from '../session/session.ts'

/** One home out of many: found by name or door where one may know them, by id otherwise. */
export const HomeSelect = ({
  id,
  value,
  onChange,
  mayBeNone = false,
  'aria-label': label,
}: {
  /** It can be said later, or of no home. */
  mayBeNone?: boolean
  id?: string
  value?: string
  onChange?: (value: string | undefined) => void
  'aria-label'?: string
}) => {
  const { t } = useTranslation()
  const seesPeople = useHolds('case_worker')
  const [search, setSearch] = useState('')
  const homes = useHomes({
    jurisdictionId: null,
    search: useDeferredValue(seesPeople ? search : ''),
    show: 'all',
  })
  const places = useJurisdictions().data
  const options = useMemo(
    () =>
      (homes.data?.pages.flatMap((page) => page.items) ?? []).map(({ home, resident }) => ({
        value: home.id,
        label: [
          resident?.name ?? (seesPeople ? t('who.unknown') : home.id),
          places?.find((place) => place.id === home.jurisdictionId)?.name,
          resident?.door,
          // Homes of which nobody is recorded are told apart by nothing else.
          seesPeople && resident === null && home.id,
        ]
          .filter(Boolean)
          .join(' · '),
      })),
    [homes.data, places, seesPeople, t],
  )
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      className="home-select"
      allowClear
      placeholder={t(mayBeNone ? 'register.noHome' : 'register.chooseHome')}
      loading={homes.isFetching}
      options={options}
      value={value ?? null}
      onChange={(next: string | null | undefined) => onChange?.(next ?? undefined)}
      showSearch={seesPeople ? { filterOption: false, onSearch: setSearch } : { optionFilterProp: 'label' }}
    />
  )
}
