package dev.posthorn.server.admin;

import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Gatekeeper;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Who may change something over the admin listener: who has its token, or, if there is none, who is
 * on this machine.
 */
final class AdminGate implements Gatekeeper {
  private static final Principal OPERATOR = Principal.NOBODY;

  private final @Nullable String token;

  AdminGate(@Nullable String token) {
    this.token = token;
  }

  @Override
  public CompletableFuture<Principal> admit(@Nullable String authorization, String peer) {
    if (token == null) {
      if (!isLoopback(peer)) {
        throw ApiError.forbidden(
            "without --admin-token this is only taken from the machine itself");
      }
    } else if (authorization == null || !same(authorization, "Bearer " + token)) {
      throw ApiError.unauthorized(
          "the admin token is needed: send the header Authorization: Bearer TOKEN");
    }
    return CompletableFuture.completedFuture(OPERATOR);
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isLoopback(String peer) {
    try {
      return InetAddress.getByName(peer).isLoopbackAddress(); // an address, so nothing is looked up
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public void requireRoom() {
    // Nothing here goes through the intake.
  }
}
