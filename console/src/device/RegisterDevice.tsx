import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Form, Input, Modal, Select, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { DeviceKind, RegisteredDevice } from '../api/types.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { HomeSelect } from './HomeSelect.tsx'

const KINDS = ['water', 'electricity', 'smoke', 'other'] as const

interface Values {
  kind: DeviceKind
  id?: string
  model?: string
  homeId?: string
}

const SAMPLE: Record<DeviceKind, object> = {
  water: { water_total_m3: 12.345 },
  electricity: { energy_import_kwh: 345.6, power_w: 84 },
  smoke: { smoke: true },
  gateway: { online: true },
  other: { online: true },
}

/** The line to try it with, to be pasted into any shell that has mosquitto's clients. */
export const mosquittoLine = (
  mqtt: { topic: string; username: string },
  secret: string,
  kind: DeviceKind,
  host: string,
): string => {
  const sample = JSON.stringify(SAMPLE[kind])
  return `mosquitto_pub -h ${host} -p 1883 -i ${mqtt.username} -u ${mqtt.username} -P ${secret} -q 1 -t ${mqtt.topic} -m '${sample}'`
}

const Secret = ({ registered }: { registered: RegisteredDevice }) => {
  const { t } = useTranslation()
  const { device, secret, mqtt } = registered
  if (secret === null || mqtt === null) return <p>{t('register.behindGateway', { id: device.id })}</p>
  return (
    <div className="secret">
      <Alert type="warning" showIcon title={t('register.once')} />
      <dl className="facts">
        <div>
          <dt>{t('register.id')}</dt>
          <dd>
            <Typography.Text code copyable>
              {device.id}
            </Typography.Text>
          </dd>
        </div>
        <div>
          <dt>{t('register.secret')}</dt>
          <dd>
            <Typography.Text code copyable>
              {secret}
            </Typography.Text>
          </dd>
        </div>
        <div>
          <dt>{t('register.topic')}</dt>
          <dd>
            <Typography.Text code copyable>
              {mqtt.topic}
            </Typography.Text>
          </dd>
        </div>
      </dl>
      <p>{t('register.try')}</p>
      <Typography.Paragraph className="command-line" copyable>
        {mosquittoLine(mqtt, secret, device.kind, location.hostname)}
      </Typography.Paragraph>
    </div>
  )
}

export const RegisterDevice = () => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [open, setOpen] = useState(false)
  const [form] = Form.useForm<Values>()
  const register = useMutation({
    mutationFn: (values: Values) =>
      answer(
        client.POST('/api/v1/devices', {
          body: {
            kind: values.kind,
            id: values.id?.trim() || null,
            model: values.model?.trim() ?? '',
            homeId: values.homeId ?? null,
          },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.devices }),
  })
  const close = () => {
    setOpen(false)
    register.reset()
    form.resetFields()
  }
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('register.open')}
      </Button>
      <Modal
        open={open}
        title={t(register.data === undefined ? 'register.open' : 'register.done')}
        mask={{ closable: register.data === undefined }}
        onCancel={close}
        width={620}
        footer={
          register.data === undefined ? (
            <Button type="primary" loading={register.isPending} onClick={() => form.submit()}>
              {t('register.submit')}
            </Button>
          ) : (
            <Button type="primary" onClick={close}>
              {t('register.kept')}
            </Button>
          )
        }
      >
        {register.isError && <ErrorNote error={register.error} />}
        {register.data === undefined ? (
          <Form<Values>
            form={form}
            layout="vertical"
            initialValues={{ kind: 'water' }}
            onFinish={(values) => register.mutate(values)}
          >
            <Form.Item name="kind" label={t('register.kind')}>
              <Select options={KINDS.map((value) => ({ value, label: t(`deviceKind.${value}`) }))} />
            </Form.Item>
            <Form.Item name="homeId" label={t('register.home')} extra={t('register.homeHint')}>
              <HomeSelect />
            </Form.Item>
            <Form.Item
              name="id"
              label={t('register.id')}
              extra={t('register.idHint')}
              rules={[{ pattern: /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, message: t('register.idWrong') }]}
            >
              <Input autoComplete="off" />
            </Form.Item>
            <Form.Item name="model" label={t('device.model')}>
              <Input autoComplete="off" maxLength={80} />
            </Form.Item>
          </Form>
        ) : (
          <Secret registered={register.data} />
        )}
      </Modal>
    </>
  )
}
