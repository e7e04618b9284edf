import { Collapse, Form, Input, InputNumber, Segmented, Select, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useDutyChanged } from '../api/duty-queries.ts'
import { useAccounts, useJurisdictions } from '../api/queries.ts'
import type { Person, PersonKind } from '../api/types.ts'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { PlaceField } from '../jurisdiction/PlaceField.tsx'
import { treeOf } from '../jurisdiction/tree.ts'
import { useLanguage } from '../locale/i18n.ts'
import { AddressFields } from './AddressFields.tsx'
import { HomesField } from './HomesField.tsx'
import { bodyOf, type PersonValues, valuesOf } from './values.ts'

export const PERSON_KINDS: readonly PersonKind[] = ['staff', 'visitor', 'volunteer']
/** Those that the service itself looks for; a dialect is a skill under its own name. */
const SKILLS = ['first_aid', 'sign_language', 'guiding', 'electrician'] as const

const MoreFields = () => {
  const { t } = useTranslation()
  return (
    <>
      <Form.Item name="skills" label={t('person.skills')} extra={t('person.skillsHint')}>
        <Select
          mode="tags"
          maxCount={20}
          options={SKILLS.map((value) => ({ value, label: t(`person.skill.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="pairedWith" label={t('person.pairedWith')}>
        <HomesField />
      </Form.Item>
      <Form.Item name="holdsKeyOf" label={t('person.holdsKeyOf')}>
        <HomesField />
      </Form.Item>
      <div className="field-row">
        <Form.Item name="latitude" label={t('person.latitude')} extra={t('person.placeHint')}>
          <InputNumber min={-90} max={90} step={0.001} placeholder="31.228" />
        </Form.Item>
        <Form.Item name="longitude" label={t('person.longitude')}>
          <InputNumber min={-180} max={180} step={0.001} placeholder="121.44" />
        </Form.Item>
      </div>
    </>
  )
}

const Fields = () => {
  const { t } = useTranslation()
  const accounts = useAccounts().data?.items ?? []
  return (
    <>
      <div className="field-row">
        <Form.Item
          name="name"
          label={t('account.name')}
          rules={[{ required: true, whitespace: true, message: t('account.nameMissing') }]}
        >
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
        <Form.Item name="phone" label={t('person.phone')}>
          <Input maxLength={40} autoComplete="off" inputMode="tel" />
        </Form.Item>
      </div>
      <Form.Item name="kind" label={t('person.kindTitle')}>
        <Segmented
          block
          options={PERSON_KINDS.map((value) => ({ value, label: t(`person.kind.${value}`) }))}
        />
      </Form.Item>
      <Form.Item
        name="jurisdictionId"
        label={t('jurisdiction.title')}
        rules={[{ required: true, message: t('jurisdiction.missing') }]}
      >
        <PlaceField />
      </Form.Item>
      <AddressFields />
      <div className="field-row">
        <Form.Item name="accountId" label={t('person.account')} extra={t('person.accountHint')}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('person.noAccount')}
            options={accounts.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
        <Form.Item name="language" label={t('setting.language')}>
          <Segmented
            options={[
              { value: 'zh', label: '中文' },
              { value: 'en', label: 'English' },
            ]}
          />
        </Form.Item>
      </div>
      <Collapse
        ghost
        className="more-fields"
        items={[{ key: 'more', label: t('person.more'), forceRender: true, children: <MoreFields /> }]}
      />
      <Form.Item name="enabled" label={t('person.serves')} valuePropName="checked" layout="horizontal">
        <Switch />
      </Form.Item>
    </>
  )
}

/** `person` null: somebody new. */
export const PersonDialog = ({ person, onClose }: { person: Person | null; onClose: () => void }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const changed = useDutyChanged()
  const root = treeOf(useJurisdictions().data ?? [])[0]?.value
  const fresh: Partial<PersonValues> = {
    kind: 'staff',
    phone: '',
    language,
    addresses: [],
    skills: [],
    pairedWith: [],
    holdsKeyOf: [],
    enabled: true,
    ...(root === undefined ? {} : { jurisdictionId: root }),
  }
  return (
    <FormDialog<PersonValues>
      title={person === null ? t('person.add') : t('person.edit', { name: person.name })}
      width={640}
      initial={person === null ? fresh : valuesOf(person)}
      save={(values) =>
        person === null
          ? answer(client.POST('/api/v1/people', { body: bodyOf(values) }))
          : answer(
              client.PATCH('/api/v1/people/{id}', {
                params: { path: { id: person.id } },
                body: bodyOf(values),
              }),
            )
      }
      onSaved={() => {
        changed()
        onClose()
      }}
      onClose={onClose}
    >
      <Fields />
    </FormDialog>
  )
}
