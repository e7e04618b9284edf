import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useDevicesChanged, useGateways } from '../api/device-queries.ts'
import type { DeviceCode, DeviceKind, RegisteredDevice } from '../api/types.ts'
import { HomeSelect } from '../device/HomeSelect.tsx'
import { ProfileSelect } from '../device/ProfileSelect.tsx'
import { useProfiles } from '../device/queries.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useMe } from '../session/session.ts'
import { ConsentFields, type ConsentValues, givenConsent, ON_THE_SPOT } from './ConsentFields.tsx'
import { useConsents } from './queries.ts'
import { Scanner } from './Scanner.tsx'

interface Values extends ConsentValues {
  profileId?: string
  kind?: DeviceKind
  homeId?: string
  gatewayId?: string
  sourceId?: string
}
export interface Begun {
  installationId: string
  /** Null: it was registered before, and knows its secret. */
  registered: RegisteredDevice | null
}

const KINDS: readonly DeviceKind[] = ['water', 'electricity', 'smoke', 'other']

const useBegin = (
  code: DeviceCode,
  kind: DeviceKind,
  isConsented: boolean,
  onBegun: (begun: Begun) => void,
) => {
  const changed = useDevicesChanged()
  const { zone } = useMe()
  return useMutation({
    mutationFn: async (values: Values): Promise<Begun> => {
      const homeId = values.homeId ?? ''
      const { gatewayId } = values
      if (!isConsented)
        await answer(
          client.POST('/api/v1/homes/{id}/consents', {
            params: { path: { id: homeId } },
            body: { deviceKind: kind, ...givenConsent(values, zone) },
          }),
        )
      const deviceId = code.device?.id ?? null
      const registered =
        deviceId !== null
          ? null
          : await answer(
              client.POST('/api/v1/devices', {
                body: {
                  id: gatewayId === undefined ? code.serial : null,
                  kind,
                  profileId: values.profileId ?? null,
                  homeId,
                  ...(gatewayId === undefined
                    ? {}
                    : { gatewayId, sourceId: values.sourceId?.trim() || code.serial }),
                },
              }),
            )
      if (deviceId !== null && code.device?.homeId !== homeId)
        await answer(
          client.PUT('/api/v1/devices/{id}/home', { params: { path: { id: deviceId } }, body: { homeId } }),
        )
      const { installation } = await answer(
        client.POST('/api/v1/installations', { body: { deviceId: deviceId ?? registered?.device.id ?? '' } }),
      )
      return { installationId: installation.id, registered }
    },
    onSuccess: (begun) => {
      changed()
      onBegun(begun)
    },
  })
}

const Binding = ({ code }: { code: DeviceCode }) => {
  const { t } = useTranslation()
  const gateways = useGateways().data ?? []
  const gatewayId = Form.useWatch<string | undefined>('gatewayId')
  if (gateways.length === 0) return null
  return (
    <>
      <Form.Item
        name="gatewayId"
        label={t('register.way')}
        extra={code.waiting.length > 0 ? t('install.waiting') : undefined}
      >
        <Select
          allowClear
          placeholder={t('register.direct')}
          options={gateways.map(({ id, name }) => ({ value: id, label: name === '' ? id : name }))}
        />
      </Form.Item>
      {gatewayId !== undefined && (
        <Form.Item name="sourceId" label={t('register.sourceId')}>
          <Input autoComplete="off" />
        </Form.Item>
      )}
    </>
  )
}

/** Which product, in which home, and who agreed; then its first reading is awaited. */
const Place = ({
  code,
  onBegun,
  onBack,
}: {
  code: DeviceCode
  onBegun: (begun: Begun) => void
  onBack: () => void
}) => {
  const { t } = useTranslation()
  const [form] = Form.useForm<Values>()
  const profiles = useProfiles().data
  const profileId = Form.useWatch('profileId', form)
  const chosenKind = Form.useWatch('kind', form)
  const homeId = Form.useWatch('homeId', form) ?? null
  const profile = profiles?.find((one) => one.id === profileId) ?? code.profile
  const kind = code.device?.kind ?? profile?.kind ?? chosenKind ?? null
  const consents = useConsents(homeId)
  const given = consents.data?.items.find((one) => one.deviceKind === kind && one.withdrawnAt === null)
  const begin = useBegin(code, kind ?? 'other', given !== undefined, onBegun)
  const [waiting] = code.waiting
  const initial: Values = {
    ...ON_THE_SPOT,
    ...(code.profile === null ? {} : { profileId: code.profile.id }),
    ...(code.device?.homeId == null ? {} : { homeId: code.device.homeId }),
    ...(waiting === undefined
      ? { sourceId: code.serial }
      : { gatewayId: waiting.gatewayId, sourceId: waiting.sourceId }),
  }
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={initial}
      onFinish={(values) => begin.mutate(values)}
    >
      {begin.isError && <ErrorNote error={begin.error} />}
      <p className="install-device">
        <b>{code.serial}</b> {profile !== null && `${profile.maker} ${profile.model}`}{' '}
        <button type="button" className="link-button" onClick={onBack}>
          {t('install.other')}
        </button>
      </p>
      {code.device === null && (
        <>
          <Form.Item name="profileId" label={t('register.profile')}>
            <ProfileSelect />
          </Form.Item>
          {profile === null && (
            <Form.Item
              name="kind"
              label={t('register.kind')}
              rules={[{ required: true, message: t('register.kindMissing') }]}
            >
              <Select options={KINDS.map((value) => ({ value, label: t(`deviceKind.${value}`) }))} />
            </Form.Item>
          )}
          <Binding code={code} />
        </>
      )}
      <Form.Item
        name="homeId"
        label={t('register.home')}
        rules={[{ required: true, message: t('install.homeMissing') }]}
      >
        <HomeSelect />
      </Form.Item>
      {kind !== null && homeId !== null && consents.isSuccess && <ConsentFields kind={kind} given={given} />}
      <Button className="install-go" type="primary" size="large" htmlType="submit" loading={begin.isPending}>
        {t('install.begin')}
      </Button>
    </Form>
  )
}

/** First the number of the device: scanned, out of a photo, or typed. */
export const Begin = ({ onBegun }: { onBegun: (begun: Begun) => void }) => {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const read = useMutation({
    mutationFn: (code: string) => answer(client.POST('/api/v1/device-codes', { body: { code } })),
  })
  const code = read.data
  if (code !== undefined && !code.taken)
    return <Place code={code} onBegun={onBegun} onBack={() => read.reset()} />
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        read.mutate(typed)
      }}
    >
      {read.isError && <ErrorNote error={read.error} />}
      {code?.taken && <Alert type="error" showIcon title={t('install.taken')} />}
      <Scanner onCode={(found) => read.mutate(found)} />
      <label className="install-typed">
        {t('install.typed')}
        <Input
          size="large"
          autoComplete="off"
          autoCapitalize="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <Button
        className="install-go"
        type="primary"
        size="large"
        htmlType="submit"
        disabled={typed.trim() === ''}
        loading={read.isPending}
      >
        {t('install.next')}
      </Button>
    </form>
  )
}
