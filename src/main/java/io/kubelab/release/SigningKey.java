package io.kubelab.release;

/**
 * An OpenPGP public key with its subkeys and signatures (RFC 9580, 10.1).
 *
 * @param fingerprint hex digits, upper-case; 40 of keys of version 4
 * @param armored the key, and nothing else than it, in ASCII armor
 */
public record SigningKey(String fingerprint, String armored) {}
