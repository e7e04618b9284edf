import { createContext, useContext } from 'react'
import type { Me, Role } from '../api/types.ts'

const SessionContext = createContext<Me | null>(null)
export const SessionProvider = SessionContext.Provider

/** The account at this desk. Only below the sign-in gate. */
export const useMe = (): Me => {
  const me = useContext(SessionContext)
  if (me === null) throw new Error('useMe outside of the sign-in gate')
  return me
}

export const holds = (me: Me, role: Role): boolean => me.account.grants.some((grant) => grant.role === role)

export const useHolds = (role: Role): boolean => holds(useMe(), role)
