import { useEffect } from 'react'

interface Pages {
  hasNextPage: boolean
  isFetching: boolean
  fetchNextPage(): Promise<unknown>
}

/** Turns the pages one after the other while `wanted`: for lists that are put in order or filtered here. */
export const useAllPages = ({ hasNextPage, isFetching, fetchNextPage }: Pages, wanted: boolean): void => {
  useEffect(() => {
    if (wanted && hasNextPage && !isFetching) void fetchNextPage()
  }, [wanted, hasNextPage, isFetching, fetchNextPage])
}
