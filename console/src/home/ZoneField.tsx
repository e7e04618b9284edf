import { Select } from 'antd'

const ZONES = Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone }))

/** An IANA time zone. `placeholder` names the one that is taken when none is chosen. */
export const ZoneField = ({
  id,
  value,
  placeholder,
  onChange,
}: {
  id?: string
  value?: string
  placeholder?: string
  onChange?: (value: string | undefined) => void
}) => (
  <Select
    {...(id === undefined ? {} : { id })}
    showSearch={{ optionFilterProp: 'label' }}
    {...(placeholder === undefined ? {} : { placeholder, allowClear: true })}
    {...(value === undefined ? {} : { value })}
    options={ZONES}
    onChange={(next: string | undefined) => onChange?.(next)}
  />
)
