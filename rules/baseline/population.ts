/**
 * What homes have in common, for the weeks in which a home's own past says little: fitted on the first four
 * months of the thirteen public recordings (DAIAD, Alicante; WEUSEDTO, Naples), none of them scored, all homes alike.
 */
export const POPULATION = {
  /** P(water is used in the hour that ends at this hour of the day). */
  useShare: [
    0.58, 0.47, 0.34, 0.23, 0.16, 0.1, 0.08, 0.15, 0.34, 0.58, 0.51, 0.47, 0.43, 0.41, 0.41, 0.46, 0.46, 0.45,
    0.41, 0.44, 0.48, 0.49, 0.61, 0.66,
  ],
  usesPerDay: 9,
  /** False alarms of a home in 30 days at each price of the ladder; the home with most of them is left out. */
  falseAlarms: [25.2, 15.1, 8.4, 5, 2.9, 1.55, 1.06, 0.69, 0.46, 0.4, 0.37, 0.35],
} as const
