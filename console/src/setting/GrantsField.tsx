import { Select, TreeSelect } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useJurisdictions } from '../api/queries.ts'
import type { Grant, Role } from '../api/types.ts'
import { treeOf } from '../jurisdiction/tree.ts'

const ROLES: readonly Role[] = ['case_worker', 'administrator', 'visitor']

/** What somebody may do, and where: roles, each for the same place and all below it. */
export const GrantsField = ({
  value = [],
  onChange,
}: {
  value?: Grant[]
  onChange?: (value: Grant[]) => void
}) => {
  const { t } = useTranslation()
  const places = useJurisdictions().data
  const tree = useMemo(() => treeOf(places ?? []), [places])
  const place = value[0]?.jurisdictionId ?? tree[0]?.value
  const put = (roles: readonly Role[], jurisdictionId: string | undefined) =>
    onChange?.(jurisdictionId === undefined ? [] : roles.map((role) => ({ role, jurisdictionId })))
  const roles = value.map((grant) => grant.role)
  return (
    <div className="grants-field">
      <Select<Role[]>
        mode="multiple"
        placeholder={t('account.roles')}
        value={roles}
        options={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
        onChange={(next) => put(next, place)}
      />
      <TreeSelect
        treeDefaultExpandAll
        treeData={tree}
        {...(place === undefined ? {} : { value: place })}
        onChange={(next: string) => put(roles, next)}
        aria-label={t('account.place')}
      />
    </div>
  )
}

export const GrantWords = ({ grants }: { grants: readonly Grant[] }) => {
  const { t } = useTranslation()
  const places = useJurisdictions().data
  return (
    <span className="soft">
      {grants
        .map((grant) => {
          const place = places?.find((one) => one.id === grant.jurisdictionId)?.name ?? grant.jurisdictionId
          return `${t(`role.${grant.role}`)} · ${place}`
        })
        .join(t('account.and'))}
    </span>
  )
}
