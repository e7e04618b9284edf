import { Alert, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import type { DeviceKind } from '../api/types.ts'
import { addressText, type MqttAddress, mosquittoLine } from './mosquitto.ts'

const isSecurePage = location.protocol === 'https:'

const Facts = ({ facts }: { facts: readonly [label: string, value: string][] }) => (
  <dl className="facts">
    {facts.map(([label, value]) => (
      <div key={`${label} ${value}`}>
        <dt>{label}</dt>
        <dd>
          <Typography.Text code copyable>
            {value}
          </Typography.Text>
        </dd>
      </div>
    ))}
  </dl>
)

/** How a device signs in, and the line to try it with. Shown once. */
export const DeviceSecretPanel = ({
  secret,
  mqtt,
  kind,
}: {
  secret: string
  mqtt: MqttAddress & { topic: string; username: string }
  kind: DeviceKind
}) => {
  const { t } = useTranslation()
  return (
    <div className="secret">
      <Alert type="warning" showIcon title={t('register.once')} />
      <Facts
        facts={[
          [t('register.id'), mqtt.username],
          [t('register.secret'), secret],
          [t('register.address'), addressText(mqtt, isSecurePage)],
          [t('register.topic'), mqtt.topic],
        ]}
      />
      <p>{t(kind === 'smoke' ? 'register.trySmoke' : 'register.try')}</p>
      <Typography.Paragraph className="command-line" copyable>
        {mosquittoLine(mqtt, secret, kind, isSecurePage)}
      </Typography.Paragraph>
    </div>
  )
}

/** What to put into the gateway's own settings. Shown once. */
export const GatewaySecretPanel = ({
  secret,
  mqtt,
}: {
  secret: string
  mqtt: MqttAddress & { topics: readonly string[]; username: string }
}) => {
  const { t } = useTranslation()
  return (
    <div className="secret">
      <Alert type="warning" showIcon title={t('register.once')} />
      <p>{t('gateway.enter')}</p>
      <Facts
        facts={[
          [t('register.address'), addressText(mqtt, isSecurePage)],
          [t('gateway.username'), mqtt.username],
          [t('register.secret'), secret],
          ...mqtt.topics.map((topic): [string, string] => [t('register.topic'), topic]),
        ]}
      />
    </div>
  )
}
