// A registry on etcd: registry.ts <RegistryServerOptions as JSON> <hosts of etcd>
import { RegistryServer } from "dividere/registry";
import { EtcdRegistryStore } from "dividere/registry/etcd";

const [options = "{}", hosts = ""] = process.argv.slice(2);
const store = new EtcdRegistryStore({ hosts: hosts.split(",") });
const server = new RegistryServer({ ...JSON.parse(options), store });
console.log("ready");
await server.stopped;
store.close();
