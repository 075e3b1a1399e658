package dev.posthorn.testkit.attack;

/**
 * A server on this machine, and what its attacker was given.
 *
 * @param port where its API listens
 * @param adminPort where its admin listener is
 * @param token opens the attacker's environment
 * @param endpoints how many an application may have
 */
public record Target(int port, int adminPort, String token, int endpoints) {}
