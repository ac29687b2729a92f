/** As Aiven counts a month: https://aiven.io/docs/platform/concepts/service-pricing */
export const HOURS_A_MONTH = 730;
