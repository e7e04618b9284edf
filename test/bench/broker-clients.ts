/** The devices of the load, known to the generator and to the server that it is to meet. */
export const benchClients = Array.from({ length: 1_000 }, (_, i) => ({
  username: `bench-${i}`,
  password: `secret-of-${i}`,
}))
