import { Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { DeviceKind } from '../api/types.ts'
import { useProfiles } from './queries.ts'

/** A product of the catalogue, found by maker or model. */
export const ProfileSelect = ({
  id,
  kind,
  value,
  onChange,
}: {
  id?: string
  /** Only products of this kind. */
  kind?: DeviceKind | undefined
  value?: string | null
  onChange?: (value: string | undefined) => void
}) => {
  const { t } = useTranslation()
  const profiles = useProfiles().data ?? []
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      className="home-select"
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={t('register.noProfile')}
      value={value ?? null}
      onChange={(next: string | null | undefined) => onChange?.(next ?? undefined)}
      options={profiles
        .filter((profile) => kind === undefined || profile.kind === kind)
        .map((profile) => ({
          value: profile.id,
          label: `${profile.maker} ${profile.model} · ${profile.family}`,
        }))}
    />
  )
}
