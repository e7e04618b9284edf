import { ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { useChannelForms, useChannels } from '../api/duty-queries.ts'
import type { PersonValues } from './values.ts'

/** Ways by which somebody is told, in the order in which they are tried. */
export const AddressFields = () => {
  const { t } = useTranslation()
  const channels = useChannels().data ?? []
  const forms = useChannelForms().data ?? []
  const addresses = Form.useWatch<PersonValues['addresses'] | undefined>('addresses') ?? []
  const sortOf = (channelId: string | undefined) => {
    const kind = channels.find(({ id }) => id === channelId)?.kind
    return forms.find((form) => form.kind === kind)?.address
  }
  return (
    <Form.List name="addresses">
      {(fields, { add, remove, move }) => (
        <fieldset className="address-fields">
          <legend>{t('person.addresses')}</legend>
          <p className="soft">{t(channels.length === 0 ? 'person.noChannels' : 'person.addressesExplain')}</p>
          {fields.map((field, at) => {
            const sort = sortOf(addresses[at]?.channelId)
            return (
              <div key={field.key} className="address-field">
                <Form.Item
                  name={[field.name, 'channelId']}
                  rules={[{ required: true, message: t('person.channelMissing') }]}
                >
                  <Select
                    aria-label={t('person.channel')}
                    placeholder={t('person.channel')}
                    options={channels
                      // A browser gives its own address, when whoever it belongs to says so there.
                      .filter(({ kind, id }) => kind !== 'webpush' || id === addresses[at]?.channelId)
                      .map(({ id, name, enabled }) => ({
                        value: id,
                        label: enabled ? name : t('person.channelOff', { name }),
                      }))}
                  />
                </Form.Item>
                {sort === 'subscription' ? (
                  <span className="soft">{t('person.browser')}</span>
                ) : (
                  <Form.Item name={[field.name, 'address']} rules={[{ max: 2_000 }]}>
                    <Input
                      autoComplete="off"
                      aria-label={t('person.address')}
                      placeholder={sort === undefined ? t('person.address') : t(`channel.address.${sort}`)}
                    />
                  </Form.Item>
                )}
                <span className="address-moves">
                  <Button
                    type="text"
                    icon={<ArrowUpOutlined aria-hidden />}
                    disabled={at === 0}
                    aria-label={t('roster.up')}
                    onClick={() => move(at, at - 1)}
                  />
                  <Button
                    type="text"
                    icon={<DeleteOutlined aria-hidden />}
                    aria-label={t('person.removeAddress')}
                    onClick={() => remove(field.name)}
                  />
                </span>
              </div>
            )
          })}
          {fields.length < 10 && channels.length > 0 && (
            <Button icon={<PlusOutlined aria-hidden />} onClick={() => add({ address: '' })}>
              {t('person.addAddress')}
            </Button>
          )}
        </fieldset>
      )}
    </Form.List>
  )
}
