import assert from "node:assert/strict";
import { chmodSync, existsSync, statSync } from "node:fs";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import {
  DividereError,
  generateKeyPair,
  KeyPair,
  loadKeyPair,
  loadPublicKey,
  saveKeyPair,
} from "dividere/connection";
import { curveKeyPair } from "zeromq";
import { TemporaryFolder } from "../support/temporary-folder.js";

const posix = process.platform !== "win32";

describe("a key pair", () => {
  test("is two Z85 texts, and the public one follows from the secret one as libzmq has it", () => {
    for (let times = 0; times < 50; times++) {
      const { publicKey, secretKey } = curveKeyPair();
      assert.equal(new KeyPair(secretKey).publicKey, publicKey);
    }
    const keys = generateKeyPair();
    assert.match(keys.publicKey, /^[0-9a-zA-Z.:+=^!/*?&<>()[\]{}@%$#-]{40}$/);
    assert.equal(new KeyPair(keys.revealSecretKey()).publicKey, keys.publicKey);
  });

  test("shows its public key alone, however it is printed", () => {
    const keys = generateKeyPair();
    const secret = keys.revealSecretKey();
    const prints = [
      inspect(keys),
      inspect({ deep: { keys } }, { depth: 9, showHidden: true, getters: true }),
      JSON.stringify({ keys }),
      String(keys),
      Object.values(keys).join(),
      JSON.stringify(structuredClone(keys)),
    ];
    for (const print of prints) assert.ok(!print.includes(secret), print);
    assert.match(inspect(keys), /publicKey: '.{40}', secretKey: \[hidden\]/);
  });

  test("is refused when it is none, without showing what was given", () => {
    const secret = generateKeyPair().revealSecretKey();
    for (const [wrong, why] of [
      [`${secret}x`, /has 41 characters/],
      [secret.slice(1), /has 39 characters/],
      [`"${secret.slice(1)}`, /characters that are none of Z85's/],
      ["#".repeat(40), /characters that are none of Z85's/],
      [undefined, /is of the type undefined/],
    ] as const) {
      const error = caught(() => new KeyPair(wrong as string));
      assert.equal(error.code, "KEY_INVALID");
      assert.match(error.message, why);
      assert.ok(!inspect(error).includes(secret.slice(1)), error.message);
    }
  });
});

function caught(run: () => unknown): DividereError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof DividereError, String(error));
    return error;
  }
  assert.fail("nothing was thrown");
}

describe("key files", () => {
  test("are read as they were written, and the secret one by its owner only", () => {
    using folder = new TemporaryFolder();
    const keys = generateKeyPair();
    const files = saveKeyPair(keys, folder.file("keys/greeter"));
    assert.deepEqual(files, {
      publicFile: folder.file("keys/greeter.key"),
      secretFile: folder.file("keys/greeter.key_secret"),
    });
    for (const path of ["keys/greeter", "keys/greeter.key_secret"]) {
      assert.equal(loadKeyPair(folder.file(path)).revealSecretKey(), keys.revealSecretKey());
    }
    for (const path of ["keys/greeter", "keys/greeter.key"]) {
      assert.equal(loadPublicKey(folder.file(path)), keys.publicKey);
    }
    assert.ok(!folder.read("keys/greeter.key").includes(keys.revealSecretKey()));
    if (posix) assert.equal(statSync(files.secretFile).mode & 0o777, 0o600);
  });

  test("are never overwritten", () => {
    using folder = new TemporaryFolder();
    const keys = generateKeyPair();
    saveKeyPair(keys, folder.file("a"));
    const error = caught(() => saveKeyPair(generateKeyPair(), folder.file("a")));
    assert.equal(error.code, "KEY_FILE_FAILED");
    assert.match(error.message, /a\.key_secret .*EEXIST.*never overwritten/);
    assert.equal(loadKeyPair(folder.file("a")).publicKey, keys.publicKey);
  });

  test("of which the public one is there leave no secret one behind", () => {
    using folder = new TemporaryFolder();
    folder.write("a.key", "");
    assert.equal(
      caught(() => saveKeyPair(generateKeyPair(), folder.file("a"))).code,
      "KEY_FILE_FAILED",
    );
    assert.ok(!existsSync(folder.file("a.key_secret")));
  });

  test("that others can read are refused with their mode and the command to run", {
    skip: !posix && "Windows has no file modes",
  }, () => {
    using folder = new TemporaryFolder();
    const { secretFile } = saveKeyPair(generateKeyPair(), folder.file("a"));
    for (const mode of [0o640, 0o604, 0o660, 0o644, 0o610]) {
      chmodSync(secretFile, mode);
      const error = caught(() => loadKeyPair(secretFile));
      assert.equal(error.code, "KEY_FILE_OPEN");
      assert.ok(error.message.includes(`the mode ${mode.toString(8)}`), error.message);
      assert.ok(error.message.includes(`chmod 600 ${secretFile}`), error.message);
    }
    chmodSync(secretFile, 0o400);
    assert.ok(loadKeyPair(secretFile) instanceof KeyPair);
  });

  test("that everybody can change are trusted with no public key", {
    skip: !posix && "Windows has no file modes",
  }, () => {
    using folder = new TemporaryFolder();
    const { publicFile } = saveKeyPair(generateKeyPair(), folder.file("a"));
    chmodSync(publicFile, 0o666);
    const error = caught(() => loadPublicKey(publicFile));
    assert.equal(error.code, "KEY_FILE_OPEN");
    assert.ok(error.message.includes(`chmod o-w ${publicFile}`), error.message);
  });

  test("that are missing, are none, or hold no pair are named", () => {
    using folder = new TemporaryFolder();
    assert.match(
      caught(() => loadKeyPair(folder.file("none"))).message,
      /none\.key_secret .*ENOENT/,
    );
    saveKeyPair(generateKeyPair(), folder.file("a"));
    const other = generateKeyPair();
    const text = folder.read("a.key_secret");
    const file = (name: string, content: string): string => {
      folder.write(name, content);
      chmodSync(folder.file(name), 0o600);
      return folder.file(name);
    };
    const mixed = file(
      "mixed.key_secret",
      text.replace(/secret-key = ".*"/, () => `secret-key = "${other.revealSecretKey()}"`),
    );
    const error = caught(() => loadKeyPair(mixed));
    assert.equal(error.code, "KEY_INVALID");
    assert.match(error.message, /mixed\.key_secret are no pair/);
    assert.ok(!inspect(error).includes(other.revealSecretKey()));
    for (const [name, content, why] of [
      ["empty.key_secret", "", /empty\.key_secret has no line secret-key/],
      ["short.key_secret", 'secret-key = "abc"', /short\.key_secret: .* has 3 characters/],
    ] as const) {
      const wrong = caught(() => loadKeyPair(file(name, content)));
      assert.equal(wrong.code, "KEY_INVALID");
      assert.match(wrong.message, why);
    }
  });
});
