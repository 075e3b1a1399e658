package dev.posthorn.server.admin;

import dev.posthorn.server.auth.FailedAttempts;
import dev.posthorn.server.auth.Tokens;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Authenticator;
import dev.posthorn.server.http.Caller;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The authentication of the admin listener by one of its tokens. */
final class AdminGate implements Authenticator {
  private static final Caller OPERATOR = Caller.NOBODY;
  private static final String BEARER = "Bearer ";

  private final List<byte[]> hashes;
  private final FailedAttempts failures;
  private final AdminToken.Source source;

  AdminGate(List<String> tokens, FailedAttempts failures, AdminToken.Source source) {
    this.source = source;
    this.hashes = tokens.stream().map(Tokens::hash).toList();
    this.failures = failures;
  }

  @Override
  public CompletableFuture<Caller> admit(@Nullable String authorization, String peer) {
    if (authorization == null) {
      throw ApiError.unauthorized(
          "the admin token is needed: send the header Authorization: Bearer TOKEN; "
              + source.remedy());
    }
    if (!isKnown(authorization)) {
      throw failures.failed(peer, "this is not the admin token of this start of the server");
    }
    return CompletableFuture.completedFuture(OPERATOR);
  }

  private boolean isKnown(String authorization) {
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return false;
    }
    byte[] shown = Tokens.hash(authorization.substring(BEARER.length()).strip());
    boolean known = false;
    for (byte[] hash : hashes) {
      known |= MessageDigest.isEqual(hash, shown);
    }
    return known;
  }

  @Override
  public void requireRoom() {
    // The admin listener accepts no messages.
  }
}
