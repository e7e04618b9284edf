import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePeople, usePersonNames } from '../api/duty-queries.ts'
import { useJurisdictions } from '../api/queries.ts'

interface Choice {
  value: string
  label: string
  detail: string
}

const withDetail = ({ data: { label, detail } }: { data: Choice }) => (
  <>
    {label} <span className="soft">{detail}</span>
  </>
)

/** One of those who serve, found by name or phone. `onClear` where nobody is an answer, too. */
export const PersonSelect = ({
  id,
  value,
  label,
  placeholder,
  onChange,
  onClear,
}: {
  id?: string
  value?: string
  label?: string
  placeholder?: string
  onChange?: (value: string) => void
  onClear?: () => void
}) => {
  const { t } = useTranslation()
  const [search, setSearch] = useState('')
  const people = usePeople({
    jurisdictionId: null,
    search: useDeferredValue(search.trim()),
    kind: null,
    enabled: true,
  })
  const places = useJurisdictions().data
  const listed = people.data?.pages.flatMap((page) => page.items) ?? []
  const names = usePersonNames(value === undefined || value === '' ? [] : [value])
  const options = listed.map((person) => ({
    value: person.id,
    label: person.name,
    detail: [
      places?.find((place) => place.id === person.jurisdictionId)?.name,
      person.addresses.length === 0 ? t('person.noAddress') : undefined,
    ]
      .filter(Boolean)
      .join(' · '),
  }))
  const isListed = value === undefined || value === '' || options.some((option) => option.value === value)
  const chosen = isListed ? [] : [{ value, label: names.get(value) ?? t('duty.somebody'), detail: '' }]
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      className="person-select"
      aria-label={label}
      allowClear={onClear !== undefined}
      placeholder={placeholder ?? t('person.choose')}
      loading={people.isFetching}
      options={[...chosen, ...options]}
      optionRender={withDetail}
      {...(value === undefined || value === '' ? { value: null } : { value })}
      showSearch={{ filterOption: false, onSearch: setSearch }}
      notFoundContent={people.isSuccess ? t('person.noneFound') : null}
      onChange={(next: string | null | undefined) => {
        if (next != null) onChange?.(next)
        else onClear?.()
      }}
    />
  )
}
