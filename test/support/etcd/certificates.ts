import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { TemporaryFolder } from "../temporary-folder.js";
import { missingTool } from "../toolchain.js";

/** Why the tests with certificates are to be skipped: nothing makes them. */
export function noCertificates(): Promise<string | false> {
  return missingTool("openssl", [["openssl", "version"]]);
}

/** A certificate in PEM and its key, and the files that hold them. */
export interface Certificate {
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** An authority that signs certificates for a test, in a temporary folder. It ends with the scope. */
export class Authority implements Disposable {
  readonly #folder = new TemporaryFolder();
  readonly #own: Certificate;

  constructor(name: string) {
    this.#own = this.#make(name, []);
  }

  get certificate(): Buffer {
    return this.#own.certificate;
  }

  get certificateFile(): string {
    return this.#own.certificateFile;
  }

  /** Signs a certificate for 127.0.0.1. */
  sign(name: string): Certificate {
    const { certificateFile, keyFile } = this.#own;
    const extensions = this.#folder.file(`${name}.conf`);
    writeFileSync(extensions, "subjectAltName=IP:127.0.0.1\n");
    const request = this.#folder.file(`${name}.csr`);
    const made = this.#files(name);
    openssl(
      "req",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-subj",
      `/CN=${name}`,
      "-keyout",
      made.key,
      "-out",
      request,
    );
    openssl(
      "x509",
      "-req",
      "-in",
      request,
      "-CA",
      certificateFile,
      "-CAkey",
      keyFile,
      "-CAcreateserial",
      "-days",
      "2",
      "-extfile",
      extensions,
      "-out",
      made.certificate,
    );
    return this.#read(made);
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }

  #make(name: string, more: readonly string[]): Certificate {
    const made = this.#files(name);
    openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "2",
      "-subj",
      `/CN=${name}`,
      "-keyout",
      made.key,
      "-out",
      made.certificate,
      ...more,
    );
    return this.#read(made);
  }

  #files(name: string): { readonly certificate: string; readonly key: string } {
    return {
      certificate: this.#folder.file(`${name}.pem`),
      key: this.#folder.file(`${name}-key.pem`),
    };
  }

  #read({ certificate, key }: { readonly certificate: string; readonly key: string }): Certificate {
    return {
      certificate: readFileSync(certificate),
      key: readFileSync(key),
      certificateFile: certificate,
      keyFile: key,
    };
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: "pipe" });
}
