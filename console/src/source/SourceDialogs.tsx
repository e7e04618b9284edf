import { useQueryClient } from '@tanstack/react-query'
import { Alert, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { Source } from '../api/types.ts'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { KeptDialog } from '../dialog/KeptDialog.tsx'
import { SourceFields, type SourceValues, secretsOf, valuesOf, viaOf } from './SourceFields.tsx'

export const useSourcesChanged = () => {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: keys.sources })
}

export const pushAddress = (id: string): string => `${location.origin}/push/${id}`

/** Where a platform is to push and what it proves itself by. Shown once. */
export const ProofDialog = ({ id, proof, onClose }: { id: string; proof: string; onClose: () => void }) => {
  const { t } = useTranslation()
  return (
    <KeptDialog title={t('source.enter')} onClose={onClose}>
      <div className="secret">
        <Alert type="warning" showIcon title={t('register.once')} />
        <dl className="facts">
          {[
            [t('source.address'), pushAddress(id)],
            [t('register.secret'), proof],
          ].map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                <Typography.Text code copyable>
                  {value}
                </Typography.Text>
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </KeptDialog>
  )
}

/** Stays open with what a platform needs: its secret is shown once. */
export const AddSource = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation()
  const changed = useSourcesChanged()
  const [given, setGiven] = useState<{ id: string; proof: string } | null>(null)
  if (given !== null) return <ProofDialog {...given} onClose={onClose} />
  return (
    <FormDialog
      title={t('source.add')}
      okText={t('source.add')}
      width={620}
      save={(values: SourceValues) =>
        answer(
          client.POST('/api/v1/sources', {
            body: {
              gatewayId: values.gatewayId ?? '',
              name: values.name?.trim() ?? '',
              via: viaOf(values),
              ...secretsOf(values),
            },
          }),
        )
      }
      onSaved={({ source: { id }, proof }) => {
        changed()
        if (proof === null) onClose()
        else setGiven({ id, proof })
      }}
      onClose={onClose}
    >
      <SourceFields present={null} />
    </FormDialog>
  )
}

export const EditSource = ({ source, onClose }: { source: Source; onClose: () => void }) => {
  const { t } = useTranslation()
  const changed = useSourcesChanged()
  return (
    <FormDialog
      title={t('source.edit', { name: source.name })}
      width={620}
      initial={valuesOf(source)}
      save={(values: SourceValues) =>
        answer(
          client.PATCH('/api/v1/sources/{id}', {
            params: { path: { id: source.id } },
            body: { name: values.name?.trim() ?? source.name, via: viaOf(values), ...secretsOf(values) },
          }),
        )
      }
      onSaved={() => {
        changed()
        onClose()
      }}
      onClose={onClose}
    >
      <SourceFields present={source} />
    </FormDialog>
  )
}
