import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { HomeDetail } from '../api/types.ts'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { ResidentFields, type ResidentValues, residentOf } from './ResidentFields.tsx'

/** Records who lives there, corrects it, or erases it for good. */
const Dialog = ({ home: { home, resident }, onClose }: { home: HomeDetail; onClose: () => void }) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const path = { params: { path: { id: home.id } } }
  const onSuccess = () => {
    onClose()
    for (const queryKey of [keys.home(home.id), keys.homes, keys.devices, ['alerts'], ['alert']])
      void queries.invalidateQueries({ queryKey })
  }
  const erase = useMutation({
    mutationFn: () => answer(client.DELETE('/api/v1/homes/{id}/resident', path)),
    onSuccess,
  })
  return (
    <FormDialog<ResidentValues>
      title={t(resident === null ? 'resident.record' : 'resident.edit')}
      width={720}
      initial={resident ?? { living: 'alone' }}
      save={(values) =>
        answer(client.PUT('/api/v1/homes/{id}/resident', { ...path, body: residentOf(values) }))
      }
      onSaved={onSuccess}
      onClose={onClose}
      besides={
        resident !== null && (
          <>
            {erase.isError && <ErrorNote error={erase.error} />}
            <Popconfirm
              title={t('resident.eraseTitle', { name: resident.name })}
              description={<div className="ask-narrow">{t('resident.eraseExplain')}</div>}
              okText={t('resident.erase')}
              okButtonProps={{ danger: true }}
              cancelText={t('action.cancel')}
              onConfirm={() => erase.mutate()}
            >
              <Button danger type="text" loading={erase.isPending}>
                {t('resident.erase')}
              </Button>
            </Popconfirm>
          </>
        )
      }
    >
      <ResidentFields />
    </FormDialog>
  )
}

export const EditResident = ({ home }: { home: HomeDetail }) => {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button type={home.resident === null ? 'primary' : 'default'} onClick={() => setOpen(true)}>
        {t(home.resident === null ? 'resident.record' : 'resident.edit')}
      </Button>
      {open && <Dialog home={home} onClose={() => setOpen(false)} />}
    </>
  )
}
