import { ApiError } from "./http/apiError.ts";

export type ServiceType = "kafka" | "pg" | "opensearch" | "flink";

/** What a service of this plan consists of. */
export interface Plan {
  readonly nodes: number;
  /** Per node, in MB. */
  readonly memoryMb: number;
  /** All nodes together, in MB. */
  readonly diskMb: number;
  /** USD per hour, without tax. The magnitude is right, the digits are not: Aiven's vary by cloud and change. */
  readonly usdPerHour: number;
}

type Entry = readonly [name: string, nodes: number, memoryGb: number, diskGb: number, usdPerHour: number];

const PLANS: Readonly<Record<ServiceType, readonly Entry[]>> = {
  kafka: [
    // The API itself says of startup-2: "Cluster only has 2 broker(s)".
    ["startup-2", 2, 2, 90, 0.397],
    ["startup-4", 2, 4, 180, 0.548],
    ["business-4", 3, 4, 600, 0.959],
    ["business-8", 3, 8, 1200, 1.849],
    ["business-16", 3, 16, 2400, 3.63],
    ["business-32", 3, 32, 4800, 6.918],
    ["premium-6x-8", 6, 8, 2400, 3.63],
    ["premium-6x-16", 6, 16, 4800, 6.918],
    ["premium-9x-8", 9, 8, 3600, 5.205],
    ["premium-9x-16", 9, 16, 7200, 9.589],
  ],
  pg: [
    ["hobbyist", 1, 2, 8, 0.026],
    ["startup-4", 1, 4, 80, 0.137],
    ["startup-8", 1, 8, 175, 0.315],
    ["startup-16", 1, 16, 350, 0.617],
    ["business-4", 2, 4, 80, 0.274],
    ["business-8", 2, 8, 175, 0.63],
    ["business-16", 2, 16, 350, 1.233],
    ["premium-4", 3, 4, 80, 0.411],
    ["premium-8", 3, 8, 175, 0.945],
  ],
  opensearch: [
    ["hobbyist", 1, 2, 8, 0.034],
    ["startup-4", 1, 4, 80, 0.164],
    ["startup-8", 1, 8, 175, 0.342],
    ["startup-16", 1, 16, 350, 0.671],
    ["business-4", 3, 4, 240, 0.493],
    ["business-8", 3, 8, 525, 1.027],
    ["business-16", 3, 16, 1050, 2.014],
    ["premium-6x-8", 6, 8, 1050, 2.055],
    ["premium-9x-8", 9, 8, 1575, 3.082],
  ],
  flink: [
    ["business-4", 3, 4, 0, 0.534],
    ["business-8", 3, 8, 0, 0.959],
    ["business-16", 3, 16, 0, 1.849],
    ["business-32", 3, 32, 0, 3.63],
  ],
};

/** Clouds that services can be in; Aiven has many more. */
export const CLOUDS = [
  "aws-eu-central-1",
  "aws-eu-west-1",
  "aws-us-east-1",
  "azure-northeurope",
  "azure-westeurope",
  "do-fra",
  "do-lon",
  "google-europe-north1",
  "google-europe-west1",
  "google-europe-west3",
  "google-us-central1",
  "google-us-east1",
];

/** @throws ApiError 404 for a type that is not modelled here; the message lists those that are */
export function serviceType(name: string): ServiceType {
  if (name in PLANS) return name as ServiceType;
  throw new ApiError(
    404,
    `Service type '${name}' does not exist (here are ${Object.keys(PLANS).join(", ")})`,
  );
}

/** The plans of a service type, by name. */
export const plansOf = (type: ServiceType): ReadonlyMap<string, Plan> =>
  new Map(
    PLANS[type].map(([name, nodes, memoryGb, diskGb, usdPerHour]) => [
      name,
      { nodes, memoryMb: memoryGb * 1024, diskMb: diskGb * 1024, usdPerHour },
    ]),
  );

/** @throws ApiError with the status (400 by default) if the service type has no such plan */
export function planOf(type: ServiceType, name: string, status = 400): Plan {
  const plan = plansOf(type).get(name);
  if (plan === undefined) throw new ApiError(status, `Invalid plan '${name}' for service type '${type}'`);
  return plan;
}

/** @throws ApiError with the status (400 by default) for a cloud that does not exist */
export function checkCloud(name: string, status = 400): string {
  if (!CLOUDS.includes(name)) throw new ApiError(status, `Cloud '${name}' does not exist`);
  return name;
}
