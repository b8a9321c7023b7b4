import { setTimeout as delay } from "node:timers/promises";
import { Child } from "../child.js";
import { freePort } from "../ports.js";
import { TemporaryFolder } from "../temporary-folder.js";
import { missingTool } from "../toolchain.js";

/** Why the tests with etcd are to be skipped: it is not installed. */
export function noEtcd(): Promise<string | false> {
  return missingTool("etcd", [["etcd", "--version"]]);
}

/** The files with which a cluster shows itself to its clients, and asks for their certificates. */
export interface ServerFiles {
  readonly certificate: string;
  readonly key: string;
  readonly clientAuthority: string;
}

/** One process of an etcd cluster on loopback. */
class Member {
  readonly name: string;
  readonly client: string;
  readonly peer: string;
  /** Where its health is told, to anyone. */
  readonly metrics: string;
  readonly #files: ServerFiles | undefined;
  #child: Child | undefined;

  constructor(name: string, [client, peer, metrics]: readonly number[], files?: ServerFiles) {
    this.name = name;
    this.client = `${files === undefined ? "http" : "https"}://127.0.0.1:${client}`;
    this.peer = `http://127.0.0.1:${peer}`;
    this.metrics = `http://127.0.0.1:${metrics}`;
    this.#files = files;
  }

  start(folder: TemporaryFolder, cluster: string, fresh: boolean): void {
    this.#child = new Child("etcd", [
      ...["--name", this.name, "--data-dir", folder.file(this.name)],
      ...["--listen-client-urls", this.client, "--advertise-client-urls", this.client],
      ...["--listen-peer-urls", this.peer, "--initial-advertise-peer-urls", this.peer],
      ...["--listen-metrics-urls", this.metrics],
      ...["--initial-cluster", cluster],
      ...["--initial-cluster-state", fresh ? "new" : "existing"],
      ...["--logger", "zap", "--log-level", "error"],
      ...this.#security(),
    ]);
  }

  #security(): string[] {
    if (this.#files === undefined) return [];
    const { certificate, key, clientAuthority } = this.#files;
    return [
      ...["--cert-file", certificate, "--key-file", key],
      ...["--client-cert-auth", "--trusted-ca-file", clientAuthority],
    ];
  }

  /** Waits until the member answers, which needs a majority of the cluster. */
  async ready(): Promise<void> {
    while (!(await this.#healthy())) {
      if ((await Promise.race([this.#child?.ended, delay(50)])) !== undefined)
        throw new Error(`etcd has ended: ${this.#child?.describe()}`);
    }
  }

  async #healthy(): Promise<boolean> {
    try {
      const response = await fetch(`${this.metrics}/health`);
      return ((await response.json()) as { health: string }).health === "true";
    } catch {
      return false;
    }
  }

  /** Makes a call of etcd's own API. */
  async call(path: string, request: object = {}): Promise<unknown> {
    const response = await fetch(`${this.client}/v3/${path}`, {
      method: "POST",
      body: JSON.stringify(request),
    });
    if (!response.ok) throw new Error(`etcd refused ${path}: ${await response.text()}`);
    return await response.json();
  }

  /** The member's id and that of the leader it follows. */
  async status(): Promise<{ readonly id: string; readonly leader: string }> {
    const { header, leader } = (await this.call("maintenance/status")) as {
      header: { member_id: string };
      leader: string;
    };
    return { id: header.member_id, leader };
  }

  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.ended;
    this.#child = undefined;
  }
}

/** A cluster of etcd on free ports of loopback, with its data in a temporary folder. */
export class EtcdCluster implements AsyncDisposable {
  readonly members: readonly Member[];
  readonly #folder = new TemporaryFolder();

  private constructor(members: readonly Member[]) {
    this.members = members;
  }

  /** Starts a cluster, and waits until it answers. */
  static async start(count = 1, files?: ServerFiles): Promise<EtcdCluster> {
    const members = [];
    for (let i = 0; i < count; i++) {
      const ports = [await freePort(), await freePort(), await freePort()];
      members.push(new Member(`member${i}`, ports, files));
    }
    const cluster = new EtcdCluster(members);
    for (const member of members) cluster.#startMember(member, true);
    try {
      await Promise.all(members.map((member) => member.ready()));
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** The addresses for clients. */
  get hosts(): readonly string[] {
    return this.members.map(({ client }) => client);
  }

  /** Returns the member that leads the cluster. */
  async leader(): Promise<Member> {
    for (const member of this.members) {
      const status = await member.status().catch(() => undefined);
      if (status !== undefined && status.id === status.leader) return member;
    }
    await delay(50);
    return this.leader();
  }

  /** Starts a member again that was killed, with its data. */
  async restart(member: Member): Promise<void> {
    this.#startMember(member, false);
    await member.ready();
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
    this.#folder[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #startMember(member: Member, fresh: boolean): void {
    const cluster = this.members.map(({ name, peer }) => `${name}=${peer}`).join(",");
    member.start(this.#folder, cluster, fresh);
  }
}
