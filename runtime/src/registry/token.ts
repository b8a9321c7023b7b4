/** The header of a request to the registry with the token that proves who owns an instance. */
export const TOKEN_HEADER = "registry-token";
