import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHomes } from '../api/home-queries.ts'
import { useHolds } from '../session/session.ts'

/** Several homes: by name where one may know them, by id otherwise. */
export const HomesField = ({
  id,
  value = [],
  onChange,
}: {
  id?: string
  value?: string[]
  onChange?: (value: string[]) => void
}) => {
  const { t } = useTranslation()
  const seesPeople = useHolds('case_worker')
  const [search, setSearch] = useState('')
  const homes = useHomes({
    jurisdictionId: null,
    search: useDeferredValue(seesPeople ? search : ''),
    show: 'all',
  })
  const listed = homes.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Select<string[]>
      {...(id === undefined ? {} : { id })}
      mode="multiple"
      value={value}
      placeholder={t('person.noHomes')}
      loading={homes.isFetching}
      options={listed.map(({ home, resident }) => ({
        value: home.id,
        label: [resident?.name ?? home.id, resident?.door].filter(Boolean).join(' · '),
      }))}
      showSearch={seesPeople ? { filterOption: false, onSearch: setSearch } : { optionFilterProp: 'label' }}
      onChange={(next) => onChange?.(next)}
    />
  )
}
