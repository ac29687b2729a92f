import { askEngine, type EngineQuestion } from "./api.ts";
import { DockerRefusal, DockerUnreachable, unreachable } from "./errors.ts";

/** A container as the engine lists it. */
export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  /** Such as `running` or `exited`. */
  readonly state: string;
  /** In words, such as `Up 2 minutes (healthy)`. */
  readonly status: string;
  /** Whether it is being restarted, or has not said yet whether it is healthy. */
  readonly isStarting: boolean;
  /** Ports published on the engine's machine. */
  readonly ports: readonly number[];
  /** Ids of the networks that it is connected to. */
  readonly networks: readonly string[];
}

/** A network as the engine lists it. */
export interface ListedNetwork {
  readonly id: string;
  readonly name: string;
}

interface AnsweredContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Status: string;
  readonly Ports: readonly { readonly PublicPort?: number }[];
  readonly NetworkSettings?: { readonly Networks: Readonly<Record<string, { readonly NetworkID: string }>> };
}

type Filters = Readonly<Record<string, readonly string[]>>;

const filtered = (filters: Filters) => `filters=${encodeURIComponent(JSON.stringify(filters))}`;

/** The engine gives up on a silent registry after 15 s, and tries it in two ways. */
const REGISTRY_TIMEOUT_MS = 60_000;

/**
 * A client of the Docker engine's API. It uses the engine's own API version, because engines support different older
 * versions. The calls used here are the same from 1.41 on. Source: https://docs.docker.com/reference/api/engine/
 */
export class DockerEngine {
  private version: Promise<string> | undefined;

  /** @param address unix:///<socket>, tcp://<host>:<port> or ssh://<user>@<host>, as for the docker command */
  constructor(readonly address: string) {}

  /**
   * @returns the engine's API version, such as `1.41`
   * @throws DockerUnreachable
   */
  apiVersion(): Promise<string> {
    this.version ??= this.askVersion();
    return this.version;
  }

  /** The containers with a label, such as `streaming.stack=docker`, including stopped ones. */
  containers(label: string): Promise<ListedContainer[]> {
    return this.listed({ label: [label] });
  }

  /** Whether a container is being restarted, or has not said yet whether it is healthy. */
  async isStarting(container: string): Promise<boolean> {
    const listed = await this.listed({ name: [`^/${container}$`] });
    return listed.some(({ name, isStarting }) => name === container && isStarting);
  }

  /** Removes a container, even if it runs. */
  async removeContainer(id: string): Promise<void> {
    await this.ask({ method: "DELETE", path: `/containers/${id}?force=true&v=true` });
  }

  /** The networks with a label. */
  async networks(label: string): Promise<ListedNetwork[]> {
    const listed = await this.get<{ Id: string; Name: string }[]>(
      `/networks?${filtered({ label: [label] })}`,
    );
    return listed.map(({ Id, Name }) => ({ id: Id, name: Name }));
  }

  /** @throws DockerRefusal if containers run in it */
  async removeNetwork(id: string): Promise<void> {
    await this.ask({ method: "DELETE", path: `/networks/${id}` });
  }

  /** The names of the volumes with a label. */
  volumes(label: string): Promise<string[]> {
    return this.listedVolumes({ label: [label] });
  }

  /** The same without those that a container has, whether or not it runs. */
  unusedVolumes(label: string): Promise<string[]> {
    return this.listedVolumes({ label: [label], dangling: ["true"] });
  }

  /** @throws DockerRefusal if a container has it */
  async removeVolume(name: string): Promise<void> {
    await this.ask({ method: "DELETE", path: `/volumes/${encodeURIComponent(name)}` });
  }

  async hasImage(image: string): Promise<boolean> {
    return (await this.imageId(image)) !== undefined;
  }

  /** The id of the engine's current image with this name, such as `sha256:…`; undefined if there is none. */
  async imageId(image: string): Promise<string | undefined> {
    try {
      return (await this.get<{ Id: string }>(`/images/${encodeURIComponent(image)}/json`)).Id;
    } catch (error) {
      if (error instanceof DockerRefusal) return undefined;
      throw error;
    }
  }

  /**
   * Has the engine look up an image in its registry without pulling it.
   *
   * @returns why it cannot be pulled; undefined if it can, or if the registry requires a login, which only a pull sends
   */
  async pullProblem(image: string): Promise<string | undefined> {
    const path = `/distribution/${encodeURIComponent(image)}/json`;
    const refusal = await this.refusalOf({ path, timeoutMs: REGISTRY_TIMEOUT_MS });
    return refusal === undefined || [401, 403].includes(refusal.status) ? undefined : refusal.reason;
  }

  /** Runs a command in a running container and returns its output, including errors. */
  async execute(container: string, command: readonly string[]): Promise<string> {
    const options = { AttachStdout: true, AttachStderr: true, Tty: true, Cmd: command };
    const path = `/containers/${encodeURIComponent(container)}/exec`;
    const created = await this.ask({ method: "POST", path, body: options });
    const { Id } = JSON.parse(created) as { Id: string };
    return this.ask({ method: "POST", path: `/exec/${Id}/start`, body: { Detach: false, Tty: true } });
  }

  private async listed(filters: Filters): Promise<ListedContainer[]> {
    const answer = await this.get<AnsweredContainer[]>(`/containers/json?all=true&${filtered(filters)}`);
    return answer.map(({ Id, Names, State, Status, Ports, NetworkSettings }) => ({
      id: Id,
      name: (Names[0] ?? "").replace(/^\//, ""),
      state: State,
      status: Status,
      isStarting: State === "restarting" || Status.includes("(health: starting)"),
      ports: Ports.flatMap(({ PublicPort }) => PublicPort ?? []),
      networks: Object.values(NetworkSettings?.Networks ?? {}).map(({ NetworkID }) => NetworkID),
    }));
  }

  private async listedVolumes(filters: Filters): Promise<string[]> {
    // Older engines answer null if there are none.
    const { Volumes } = await this.get<{ Volumes: { Name: string }[] | null }>(
      `/volumes?${filtered(filters)}`,
    );
    return (Volumes ?? []).map(({ Name }) => Name);
  }

  private async askVersion(): Promise<string> {
    // The only path without a version: https://docs.docker.com/reference/api/engine/#api-version-negotiation
    const { headers } = await askEngine(this.address, { path: "/_ping" });
    if (headers["libpod-api-version"] !== undefined) {
      throw new DockerUnreachable(
        `podman answers at ${this.address}, and lacks features that are needed here, such as looking up an image in its registry: select a Docker engine with docker.host, DOCKER_HOST or docker context use`,
      );
    }
    const version = headers["api-version"];
    if (typeof version === "string") return version;
    throw unreachable(this.address, new Error("the server there is not a Docker engine"));
  }

  private async get<T>(path: string): Promise<T> {
    return JSON.parse(await this.ask({ path })) as T;
  }

  private async refusalOf(question: EngineQuestion): Promise<DockerRefusal | undefined> {
    try {
      await this.ask(question);
      return undefined;
    } catch (error) {
      if (error instanceof DockerRefusal) return error;
      throw error;
    }
  }

  private async ask(question: EngineQuestion): Promise<string> {
    const path = `/v${await this.apiVersion()}${question.path}`;
    return (await askEngine(this.address, { ...question, path })).text;
  }
}
