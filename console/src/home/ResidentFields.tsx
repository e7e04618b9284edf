import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Resident } from '../api/types.ts'

const LIVING = ['alone', 'no_kin', 'empty_nest', 'other'] as const
const MOST_CONTACTS = 10

export type NewResident = Omit<Resident, 'id' | 'homeId'>

/** As the form holds it: what was never touched is not there, and text may have spaces around it. */
export interface ResidentValues {
  name?: string
  birthYear?: number | null
  phone?: string
  door?: string
  address?: string
  living?: Resident['living']
  notes?: string
  contacts?: { name?: string; relation?: string; phone?: string; holdsKey?: boolean }[]
  needs?: Partial<Resident['needs']>
  accessNotes?: string
  place?: { latitude?: number | null; longitude?: number | null } | null
}

export const residentOf = (values: ResidentValues): NewResident => {
  const text = (value: string | undefined) => value?.trim() ?? ''
  return {
    name: text(values.name),
    birthYear: values.birthYear ?? null,
    phone: text(values.phone),
    door: text(values.door),
    address: text(values.address),
    living: values.living ?? 'alone',
    notes: text(values.notes),
    contacts: (values.contacts ?? []).map((contact) => ({
      name: text(contact.name),
      relation: text(contact.relation),
      phone: text(contact.phone),
      holdsKey: contact.holdsKey ?? false,
    })),
    needs: {
      hearing: values.needs?.hearing ?? false,
      vision: values.needs?.vision ?? false,
      mobility: values.needs?.mobility ?? false,
      dialect: text(values.needs?.dialect),
    },
    accessNotes: text(values.accessNotes),
    place: placeOf(values.place),
  }
}

const placeOf = (place: ResidentValues['place']): Resident['place'] =>
  place?.latitude == null || place.longitude == null
    ? null
    : { latitude: place.latitude, longitude: place.longitude }

/** In the order in which they are called. */
const Contacts = () => {
  const { t } = useTranslation()
  return (
    <Form.List name="contacts">
      {(fields, { add, remove, move }) => (
        <fieldset className="contact-fields">
          <legend>{t('resident.contacts')}</legend>
          {fields.map(({ key, name }) => (
            <div key={key} className="contact-field">
              <span className="contact-rank">{name + 1}</span>
              <Form.Item
                name={[name, 'name']}
                rules={[{ required: true, message: t('account.nameMissing') }]}
              >
                <Input maxLength={60} placeholder={t('resident.name')} aria-label={t('resident.name')} />
              </Form.Item>
              <Form.Item name={[name, 'relation']}>
                <Input
                  maxLength={40}
                  placeholder={t('resident.relation')}
                  aria-label={t('resident.relation')}
                />
              </Form.Item>
              <Form.Item name={[name, 'phone']}>
                <Input
                  type="tel"
                  maxLength={40}
                  placeholder={t('resident.phone')}
                  aria-label={t('resident.phone')}
                />
              </Form.Item>
              <Form.Item name={[name, 'holdsKey']} valuePropName="checked">
                <Checkbox>{t('who.holdsKey')}</Checkbox>
              </Form.Item>
              <span className="contact-moves">
                <Button
                  type="text"
                  icon={<ArrowUpOutlined />}
                  disabled={name === 0}
                  aria-label={t('resident.earlier')}
                  onClick={() => move(name, name - 1)}
                />
                <Button
                  type="text"
                  icon={<ArrowDownOutlined />}
                  disabled={name === fields.length - 1}
                  aria-label={t('resident.later')}
                  onClick={() => move(name, name + 1)}
                />
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t('resident.removeContact')}
                  onClick={() => remove(name)}
                />
              </span>
            </div>
          ))}
          {fields.length < MOST_CONTACTS && (
            <Button icon={<PlusOutlined />} onClick={() => add({})}>
              {t('resident.addContact')}
            </Button>
          )}
        </fieldset>
      )}
    </Form.List>
  )
}

/** How they are understood, how one gets in, and where it is: shown to whoever has accepted a visit. */
const ForWhoeverIsSent = () => {
  const { t } = useTranslation()
  return (
    <>
      <Form.Item label={t('resident.needs')} className="needs-fields">
        {(['hearing', 'vision', 'mobility'] as const).map((need) => (
          <Form.Item key={need} name={['needs', need]} valuePropName="checked" noStyle>
            <Checkbox>{t(`need.${need}`)}</Checkbox>
          </Form.Item>
        ))}
        <Form.Item name={['needs', 'dialect']} noStyle>
          <Input
            maxLength={40}
            placeholder={t('resident.dialectPlaceholder')}
            aria-label={t('resident.dialect')}
            prefix={<span className="soft">{t('resident.dialect')}</span>}
          />
        </Form.Item>
      </Form.Item>
      <Form.Item name="accessNotes" label={t('resident.accessNotes')}>
        <Input.TextArea
          maxLength={500}
          autoSize={{ minRows: 1, maxRows: 4 }}
          placeholder={t('resident.accessNotesPlaceholder')}
        />
      </Form.Item>
      <div className="field-row">
        <Degrees axis="latitude" other="longitude" most={90} />
        <Degrees axis="longitude" other="latitude" most={180} />
      </div>
      <p className="field-why">{t('resident.placeWhy')}</p>
    </>
  )
}

const Degrees = ({
  axis,
  other,
  most,
}: {
  axis: 'latitude' | 'longitude'
  other: 'latitude' | 'longitude'
  most: number
}) => {
  const { t } = useTranslation()
  return (
    <Form.Item
      name={['place', axis]}
      label={t(`resident.${axis}`)}
      dependencies={[['place', other]]}
      rules={[
        ({ getFieldValue }) => ({
          required: getFieldValue(['place', other]) != null,
          message: t('resident.placeHalf'),
        }),
      ]}
    >
      <InputNumber
        min={-most}
        max={most}
        controls={false}
        placeholder={axis === 'latitude' ? '31.2304' : '121.4737'}
      />
    </Form.Item>
  )
}

/** Who lives there. `nameOptional`: nobody need be named yet, as long as nothing else is said of them. */
export const ResidentFields = ({ nameOptional = false }: { nameOptional?: boolean }) => {
  const { t } = useTranslation()
  return (
    <>
      <div className="field-row">
        <Form.Item
          name="name"
          label={t('resident.name')}
          dependencies={nameOptional ? ['phone', 'door', 'address', 'birthYear', 'notes', 'contacts'] : []}
          rules={[
            ({ getFieldsValue }) => ({
              required: !nameOptional || saysSomething(getFieldsValue()),
              whitespace: true,
              message: t('resident.nameMissing'),
            }),
          ]}
        >
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
        <Form.Item name="door" label={t('resident.door')}>
          <Input maxLength={80} autoComplete="off" placeholder={t('resident.doorPlaceholder')} />
        </Form.Item>
      </div>
      <div className="field-row">
        <Form.Item name="birthYear" label={t('resident.birthYear')}>
          <InputNumber min={1890} max={2100} precision={0} controls={false} placeholder="1940" />
        </Form.Item>
        <Form.Item name="phone" label={t('resident.phone')}>
          <Input type="tel" maxLength={40} autoComplete="off" />
        </Form.Item>
        <Form.Item name="living" label={t('resident.living')}>
          <Select options={LIVING.map((value) => ({ value, label: t(`living.${value}`) }))} />
        </Form.Item>
      </div>
      <Form.Item name="address" label={t('resident.address')}>
        <Input maxLength={200} autoComplete="off" />
      </Form.Item>
      <Contacts />
      <p className="field-why">{t('resident.keyHolderWhy')}</p>
      <ForWhoeverIsSent />
      <Form.Item name="notes" label={t('resident.notes')}>
        <Input.TextArea
          maxLength={2_000}
          autoSize={{ minRows: 2, maxRows: 6 }}
          placeholder={t('resident.notesPlaceholder')}
        />
      </Form.Item>
    </>
  )
}

export const saysSomething = (values: ResidentValues): boolean =>
  [values.name, values.phone, values.door, values.address, values.notes, values.accessNotes].some((text) =>
    text?.trim(),
  ) ||
  values.birthYear != null ||
  (values.contacts?.length ?? 0) > 0
