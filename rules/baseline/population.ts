/**
 * What homes have in common, for the weeks in which a home's own past says little: fitted on the first months of the
 * thirteen public recordings (DAIAD, Alicante; WEUSEDTO, Naples), all homes alike.
 */
export const POPULATION = {
  /** P(water is used in the hour that ends at this hour of the day). */
  useShare: [
    0.6, 0.51, 0.38, 0.28, 0.18, 0.12, 0.09, 0.17, 0.35, 0.58, 0.55, 0.52, 0.47, 0.46, 0.44, 0.5, 0.5, 0.49,
    0.48, 0.48, 0.52, 0.52, 0.6, 0.66,
  ],
  usesPerDay: 10,
  /** False alarms of a home in 30 days at each price of the ladder. */
  falseAlarms: [20, 13, 8.2, 4.9, 3.1, 2.1, 1.5, 1, 0.88, 0.76, 0.66, 0.6],
} as const
