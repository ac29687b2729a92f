/** The hosts in all cases that have a threshold, in percent. */
export const THRESHOLDS: Readonly<Record<string, number>> = {
  doc: 20,
  grumpy: 30,
  sleepy: 41.25,
  bashful: 60.5,
  happy: 70,
  sneezy: 80,
  dopey: 90,
  changed: 50,
  deleted: 50,
  "from-zero": 0,
  "to-hundred": 100,
};
