/**
 * The serialised `FileDescriptorProto` of `dividere/v1/options.proto`, in base64: schemas import it,
 * and generated code leaves it out. A test compares it with the proto file.
 */
export const annotations: string =
  "ChlkaXZpZGVyZS92MS9vcHRpb25zLnByb3RvEgtkaXZpZGVyZS52MRogZ29vZ2xlL3Byb3RvYnVmL2Rlc2NyaXB0b3Iu" +
  "cHJvdG8iVwoOU2VydmljZU9wdGlvbnMSEgoEbmFtZRgBIAEoCVIEbmFtZRIxCghoYW5kbGVycxgCIAEoDjIVLmRpdmlk" +
  "ZXJlLnYxLkhhbmRsZXJzUghoYW5kbGVycyJzCg1NZXRob2RPcHRpb25zEi4KB3BhdHRlcm4YASABKA4yFC5kaXZpZGVy" +
  "ZS52MS5QYXR0ZXJuUgdwYXR0ZXJuEhgKB2hhbmRsZXIYAiABKAlSB2hhbmRsZXISGAoHZGVmYXVsdBgDIAEoCFIHZGVm" +
  "YXVsdCIqCg5NZXNzYWdlT3B0aW9ucxIYCgdoYW5kbGVyGAEgASgJUgdoYW5kbGVyKjwKB1BhdHRlcm4SFwoTUEFUVEVS" +
  "Tl9VTlNQRUNJRklFRBAAEgsKB1JFUVVFU1QQARILCgdQVUJMSVNIEAIqQAoISGFuZGxlcnMSGAoUSEFORExFUlNfVU5T" +
  "UEVDSUZJRUQQABIOCgpCWV9NRVNTQUdFEAESCgoGQllfUlBDEAI6WAoHc2VydmljZRIfLmdvb2dsZS5wcm90b2J1Zi5T" +
  "ZXJ2aWNlT3B0aW9ucxi5jgMgASgLMhsuZGl2aWRlcmUudjEuU2VydmljZU9wdGlvbnNSB3NlcnZpY2U6VAoGbWV0aG9k" +
  "Eh4uZ29vZ2xlLnByb3RvYnVmLk1ldGhvZE9wdGlvbnMYuY4DIAEoCzIaLmRpdmlkZXJlLnYxLk1ldGhvZE9wdGlvbnNS" +
  "Bm1ldGhvZDpYCgdtZXNzYWdlEh8uZ29vZ2xlLnByb3RvYnVmLk1lc3NhZ2VPcHRpb25zGLmOAyABKAsyGy5kaXZpZGVy" +
  "ZS52MS5NZXNzYWdlT3B0aW9uc1IHbWVzc2FnZWIGcHJvdG8z";
