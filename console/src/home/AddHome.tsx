import { useQueryClient } from '@tanstack/react-query'
import { Button, Collapse, Form } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { answer, client } from '../api/client.ts'
import { keys, useJurisdictions } from '../api/queries.ts'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { PlaceField } from '../jurisdiction/PlaceField.tsx'
import { reaches } from '../jurisdiction/tree.ts'
import { useMe } from '../session/session.ts'
import { ResidentFields, type ResidentValues, residentOf, saysSomething } from './ResidentFields.tsx'
import { ZoneField } from './ZoneField.tsx'

interface Values extends ResidentValues {
  jurisdictionId: string
  zone?: string
}

const Fields = ({ mayRecordAt }: { mayRecordAt: (jurisdictionId: string) => boolean }) => {
  const { t } = useTranslation()
  const me = useMe()
  const chosen = Form.useWatch<string | undefined>('jurisdictionId')
  return (
    <>
      <Form.Item
        name="jurisdictionId"
        label={t('jurisdiction.title')}
        rules={[{ required: true, message: t('jurisdiction.missing') }]}
      >
        <PlaceField />
      </Form.Item>
      {chosen === undefined || mayRecordAt(chosen) ? (
        <ResidentFields nameOptional />
      ) : (
        <p className="soft">{t('home.residentLater')}</p>
      )}
      <Collapse
        ghost
        className="more-fields"
        items={[
          {
            key: 'more',
            label: t('home.moreFields'),
            forceRender: true,
            children: (
              <Form.Item name="zone" label={t('home.zoneField')}>
                <ZoneField placeholder={me.zone} />
              </Form.Item>
            ),
          },
        ]}
      />
    </>
  )
}

/** A home is a place, which an administrator adds; who lives there is recorded by whoever may know people there. */
const Dialog = ({ jurisdictionId, onClose }: { jurisdictionId: string | null; onClose: () => void }) => {
  const { t } = useTranslation()
  const me = useMe()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const places = useJurisdictions().data ?? []
  const mayRecordAt = (id: string) => reaches(me, 'case_worker', id, places)
  /** Made by a try whose second half failed: the next try goes on with it. */
  const made = useRef<{ id: string; jurisdictionId: string } | null>(null)
  const add = async (values: Values) => {
    const zone = values.zone ?? null
    if (made.current?.jurisdictionId !== values.jurisdictionId)
      made.current = await answer(
        client.POST('/api/v1/homes', { body: { jurisdictionId: values.jurisdictionId, zone } }),
      )
    const { id } = made.current
    if (mayRecordAt(values.jurisdictionId) && saysSomething(values))
      await answer(
        client.PUT('/api/v1/homes/{id}/resident', { params: { path: { id } }, body: residentOf(values) }),
      )
    return id
  }
  return (
    <FormDialog<Values, string>
      title={t('home.add')}
      okText={t('home.create')}
      width={720}
      initial={{ living: 'alone', ...(jurisdictionId === null ? {} : { jurisdictionId }) }}
      save={add}
      onSaved={(id) => {
        for (const queryKey of [keys.homes, keys.summary]) void queries.invalidateQueries({ queryKey })
        onClose()
        void navigate(`/homes/${id}`)
      }}
      onClose={onClose}
    >
      <Fields mayRecordAt={mayRecordAt} />
    </FormDialog>
  )
}

export const AddHome = ({ jurisdictionId }: { jurisdictionId: string | null }) => {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('home.add')}
      </Button>
      {open && <Dialog jurisdictionId={jurisdictionId} onClose={() => setOpen(false)} />}
    </>
  )
}
