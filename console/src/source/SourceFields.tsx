import { Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { useGateways } from '../api/device-queries.ts'
import type { Source } from '../api/types.ts'

export interface SourceValues {
  gatewayId?: string
  name?: string
  type: 'mqtt' | 'push'
  url?: string
  topics?: string[]
  commandTopics?: string[]
  username?: string
  password?: string
  clientId?: string
  ca?: string
  cert?: string
  key?: string
  platform?: Platform
  proof?: Proof
}
type PushVia = Extract<Source['via'], { type: 'push' }>
type Platform = PushVia['platform']
type Proof = PushVia['proof']

const PLATFORMS = ['generic', 'ctwing', 'onenet', 'huawei', 'tts', 'chirpstack'] as const
/** What each platform can prove itself by; the first is proposed. */
const PROOFS: Record<Platform, readonly Proof[]> = {
  generic: ['hmac', 'token'],
  chirpstack: ['token'],
  tts: ['token', 'hmac'],
  onenet: ['onenet'],
  huawei: ['token', 'hmac'],
  ctwing: ['token', 'hmac'],
}
/** As the service wants it: no user and password in it. */
const URL_FORM = /^(mqtts?|wss?):\/\/[^@\s/]+(\/\S*)?$/
const PEM = /^-----BEGIN /

export const viaOf = (values: SourceValues): Source['via'] =>
  values.type === 'push'
    ? { type: 'push', platform: values.platform ?? 'generic', proof: values.proof ?? 'hmac' }
    : {
        type: 'mqtt',
        url: values.url?.trim() ?? '',
        topics: values.topics ?? [],
        commandTopics: values.commandTopics ?? [],
        username: values.username?.trim() || null,
        clientId: values.clientId?.trim() || 'shouwang',
        ca: values.ca?.trim() || null,
        cert: values.cert?.trim() || null,
      }

/** What was typed and nothing else: a secret left empty stays as it is kept. */
export const secretsOf = ({ password, key }: SourceValues): { password?: string; key?: string } => ({
  ...(password ? { password } : {}),
  ...(key?.trim() ? { key: key.trim() } : {}),
})

export const valuesOf = ({ via, name, gatewayId }: Source): SourceValues => {
  if (via.type === 'push') return { name, gatewayId, ...via }
  const { username, ca, cert, ...rest } = via
  return {
    name,
    gatewayId,
    ...rest,
    ...(username === null ? {} : { username }),
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
  }
}

const Pem = ({ name, label, extra }: { name: string; label: string; extra?: string }) => {
  const { t } = useTranslation()
  return (
    <Form.Item
      name={name}
      label={label}
      {...(extra === undefined ? {} : { extra })}
      rules={[{ pattern: PEM, message: t('source.pemWrong') }]}
    >
      <Input.TextArea rows={2} autoComplete="off" placeholder="-----BEGIN CERTIFICATE-----" />
    </Form.Item>
  )
}

const BrokerFields = ({ present }: { present: Source | null }) => {
  const { t } = useTranslation()
  return (
    <>
      <Form.Item
        name="url"
        label={t('source.url')}
        rules={[
          { required: true, message: t('source.urlMissing') },
          { pattern: URL_FORM, message: t('source.urlWrong') },
        ]}
      >
        <Input autoComplete="off" placeholder="mqtts://broker.example.org:8883" />
      </Form.Item>
      <Form.Item
        name="topics"
        label={t('gateway.topics')}
        extra={t('source.topicsHint')}
        rules={[{ required: true, message: t('gateway.topicsMissing') }]}
      >
        <Select
          mode="tags"
          maxCount={20}
          tokenSeparators={[',', ' ']}
          placeholder="zigbee2mqtt/#"
          notFoundContent={null}
          suffixIcon={null}
        />
      </Form.Item>
      <Form.Item name="commandTopics" label={t('source.commandTopics')} extra={t('source.commandTopicsHint')}>
        <Select
          mode="tags"
          maxCount={20}
          tokenSeparators={[',', ' ']}
          placeholder="zigbee2mqtt/+/set"
          notFoundContent={null}
          suffixIcon={null}
        />
      </Form.Item>
      <div className="form-pair">
        <Form.Item name="username" label={t('gateway.username')}>
          <Input autoComplete="off" maxLength={200} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('source.password')}
          {...(present?.hasPassword === true ? { extra: t('source.kept') } : {})}
        >
          <Input.Password autoComplete="new-password" maxLength={400} />
        </Form.Item>
      </div>
      <Form.Item name="clientId" label={t('source.clientId')} extra={t('source.clientIdHint')}>
        <Input autoComplete="off" maxLength={120} placeholder="shouwang" />
      </Form.Item>
      <Pem name="ca" label={t('source.ca')} extra={t('source.caHint')} />
      <Pem name="cert" label={t('source.cert')} />
      <Pem
        name="key"
        label={t('source.key')}
        {...(present?.hasKey === true ? { extra: t('source.kept') } : {})}
      />
    </>
  )
}

const PushFields = () => {
  const { t } = useTranslation()
  const form = Form.useFormInstance<SourceValues>()
  const platform = Form.useWatch<Platform | undefined>('platform') ?? 'generic'
  return (
    <>
      <Form.Item name="platform" label={t('source.platform')} initialValue="generic">
        <Select
          options={PLATFORMS.map((value) => ({ value, label: t(`source.platforms.${value}`) }))}
          onChange={(next: Platform) => form.setFieldValue('proof', PROOFS[next][0])}
        />
      </Form.Item>
      <Form.Item name="proof" label={t('source.proof')} initialValue="hmac">
        <Select options={PROOFS[platform].map((value) => ({ value, label: t(`source.proofs.${value}`) }))} />
      </Form.Item>
    </>
  )
}

/** `present` null: a new one, whose way and gateway are chosen once. */
export const SourceFields = ({ present }: { present: Source | null }) => {
  const { t } = useTranslation()
  const gateways = useGateways().data ?? []
  const type = Form.useWatch<SourceValues['type'] | undefined>('type') ?? 'mqtt'
  const isNew = present === null
  return (
    <>
      <Form.Item name="type" label={t('source.way')} hidden={!isNew} initialValue="mqtt">
        <Select options={['mqtt', 'push'].map((value) => ({ value, label: t(`source.ways.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="name"
        label={t('gateway.name')}
        rules={[{ required: true, message: t('source.nameMissing') }]}
      >
        <Input maxLength={80} autoComplete="off" placeholder={t('source.namePlaceholder')} />
      </Form.Item>
      <Form.Item
        name="gatewayId"
        label={t('source.gateway')}
        extra={t('source.gatewayHint')}
        hidden={!isNew}
        rules={[{ required: true, message: t('source.gatewayMissing') }]}
      >
        <Select
          options={gateways.map(({ id, name }) => ({
            value: id,
            label: name === '' ? id : `${name} · ${id}`,
          }))}
        />
      </Form.Item>
      {type === 'mqtt' ? <BrokerFields present={present} /> : <PushFields />}
    </>
  )
}
