import type { Account } from '../contracts/registry.ts'
import type { Service } from './service.ts'

/** A sign-in link: the secret stands behind the #, which no browser sends and no proxy logs. */
export async function signInUrl(service: Service, account: Account): Promise<string> {
  const { secret } = await service.commands.createSignInLink(account.id)
  return `${service.httpUrl}/#/sign-in/${secret}`
}

/**
 * The first account, made with its district on the first start: administrator and case worker at the root, two roles
 * that can be given to two people later. Answers it until somebody owns the installation: until it has a password, or
 * is not the only account any more; from then on null.
 */
export async function unclaimedAccount(
  service: Service,
  names: { district: string; account: string },
): Promise<Account | null> {
  const { state, commands } = service
  const accounts = await state.accounts.list({ limit: 2, after: null })
  const [first] = accounts.items
  if (!first) {
    const [root] = await state.jurisdictions.all()
    const district =
      root ?? (await commands.createJurisdiction({ parentId: null, level: 'district', name: names.district }))
    return commands.createAccount({
      name: names.account,
      language: 'zh',
      grants: [
        { role: 'administrator', jurisdictionId: district.id },
        { role: 'case_worker', jurisdictionId: district.id },
      ],
    })
  }
  const claimed = accounts.items.length > 1 || (await state.accounts.passwordHash(first.id)) !== null
  return claimed ? null : first
}
