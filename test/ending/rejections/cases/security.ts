import { join } from "node:path";
import { Dealer, generateKeyPair, loadAllowList, Router } from "dividere/connection";
import { TemporaryFolder } from "../../../support/temporary-folder.js";
import { anywhere, bytes, type Cases, later, pause, rejects, settled, throws } from "./tools.js";

const [server, client] = [generateKeyPair(), generateKeyPair()];
const asClient = { security: { keys: client, servers: server.publicKey } };

export const security: Cases = {
  "allow-lists that throw and reject": async () => {
    for (const allows of [throws, rejects]) {
      const allow = { allows, onChange: () => () => {} };
      await using router = new Router(anywhere, { security: { keys: server, allow } });
      await using dealer = new Dealer(router.endpoints, { ...asClient, lingerMs: 0 });
      await settled(dealer.send(bytes()), router.recv({ timeoutMs: 200 }));
    }
  },
  "refused clients, with listeners that throw, closed between their attempts": async () => {
    for (const onStatus of [throws, rejects]) {
      const security = { keys: server, allow: [] };
      await using router = new Router(anywhere, { security, onStatus });
      await using plain = new Router(anywhere);
      const [secured = ""] = router.endpoints;
      const clients = [
        new Dealer(secured, { ...asClient, onStatus, lingerMs: 0 }),
        new Dealer(secured, { onStatus, lingerMs: 0 }),
        new Dealer(plain.endpoints, { ...asClient, onStatus, lingerMs: 0 }),
      ];
      const sends = clients.map((each) => later(each.send(bytes())));
      await pause(200);
      for (const each of clients) each.close();
      await settled(...sends);
    }
  },
  "a folder of keys that is removed, and a list that is closed": async () => {
    using folder = new TemporaryFolder();
    const list = loadAllowList(join(folder.path));
    list.onChange(throws);
    list.onChange(rejects);
    await using router = new Router(anywhere, { security: { keys: server, allow: list } });
    await using dealer = new Dealer(router.endpoints, { ...asClient, lingerMs: 0 });
    await settled(dealer.send(bytes()));
    await pause(100);
    list.close();
    list.close();
  },
};
