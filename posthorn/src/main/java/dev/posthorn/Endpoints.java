package dev.posthorn;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one application. Every change is on disk when a method returns.
 *
 * <p>All methods throw {@link dev.posthorn.PosthornException}: with NOT_FOUND for an id that is not
 * one of this application, INVALID for an argument, CLOSED once Posthorn is closed, UNKNOWN if the
 * disk did not answer in time, STORE_FULL or STORE_FAILED if it did and nothing was changed.
 */
public interface Endpoints {

  /**
   * Adds an endpoint. Throws CONFLICT if its uid is taken; INVALID if its wire format is not known
   * here, or does not take its secret.
   */
  Endpoint add(NewEndpoint endpoint);

  /** Returns an endpoint. */
  Endpoint get(String id);

  /** Returns the endpoint with a uid of yours, or nothing: to add it only once. */
  Optional<Endpoint> find(String uid);

  /** Returns all endpoints, oldest first. */
  List<Endpoint> list();

  /** Updates an endpoint; everything that the change does not set stays as it is. */
  Endpoint update(String id, EndpointUpdate change);

  /** Returns the headers that were set for all of its requests. */
  Map<String, String> headers(String id);

  /** Sets these headers for all of its requests, instead of the present ones. */
  void updateHeaders(String id, Map<String, String> headers);

  /**
   * Returns the client certificate that an endpoint shows, and those that vouch for it; nothing if
   * it has none. Its key is not shown.
   */
  List<X509Certificate> clientCertificate(String id);

  /**
   * Shows this client certificate to receivers that ask for one (mTLS), instead of the present one;
   * what is sent from now on uses no connection of that one. Throws INVALID if the texts are not
   * PEM, the key is encrypted, another certificate's or of another kind, or the certificate has
   * expired.
   *
   * @param certificatePem the certificate in PEM, then those that vouch for it
   * @param keyPem its private key in PEM: RSA of 2,048 to 4,096 bits or EC, not encrypted
   */
  void updateClientCertificate(String id, String certificatePem, String keyPem);

  /** Shows no client certificate from now on. */
  void removeClientCertificate(String id);

  /** Returns the only authorities that may vouch for the receiver; empty if it has no own ones. */
  List<X509Certificate> serverCa(String id);

  /**
   * Has only these authorities vouch for the receiver from now on: those of the JDK and of the
   * options do not count for it. Throws INVALID if the text is not PEM certificates.
   *
   * @param pem one to ten certificates in PEM, with keys of RSA (2,048 to 4,096 bits), P-256 or
   *     P-384; one that the receiver itself shows will do
   */
  void updateServerCa(String id, String pem);

  /** Trusts the authorities of the JDK and of the options again. */
  void removeServerCa(String id);

  /** Holds deliveries; new ones are accepted. A disabled endpoint stays as it is. */
  Endpoint pause(String id);

  /** Takes deliveries again, after a pause. */
  Endpoint resume(String id);

  /** Takes no new deliveries, and holds those that wait until their deadline. */
  Endpoint disable(String id);

  /** Takes deliveries again, after it was disabled, by you or by Posthorn. */
  Endpoint enable(String id);

  /** Removes an endpoint; what waits for it is cancelled. */
  void remove(String id);

  /**
   * Returns the key that the receiver verifies with, or an empty string if its wire format has
   * none: the signing secret, which only the receiver may know; or of a {@code whsk_} key the
   * public {@code whpk_} key, as the private one never leaves the sender.
   */
  String secret(String id);

  /**
   * Gives an endpoint a new secret; the present one goes on signing beside it for a while.
   *
   * @param secret the new one, or null for a generated one
   * @param grace how long the present one still signs: zero to 366 days
   * @return the key to verify with from now on, as {@link #secret} returns it
   */
  String rotateSecret(String id, @Nullable String secret, Duration grace);

  /** Cancels all deliveries that wait for an endpoint now; returns how many there were. */
  long cancelWaiting(String id);

  /**
   * Delivers again all that failed since a time and did not succeed after, one attempt each; {@link
   * Messages#replay} has the whole schedule. Returns how many deliveries there are now.
   */
  int replayFailed(String id, Instant since);

  /**
   * Sends a message to an endpoint as a test, and waits for the answer.
   *
   * <p>It is sent at once and once, whatever the endpoint wants, also while it is paused or
   * disabled, and beside its rate limit. The attempt can be read back, but never disables the
   * endpoint, and is not delivered again by {@link #replayFailed}.
   *
   * @param message what to send; it must have no event id, and not be scheduled or expire
   * @return what came of it: {@link Attempt#state} is SUCCEEDED or FAILED
   * @throws dev.posthorn.PosthornException with INVALID if the message says more than that; with
   *     OVERLOADED while 100 tests are under way
   */
  Attempt test(String id, NewMessage message);

  /**
   * Returns the newest attempts made for an endpoint.
   *
   * @param limit how many at most, 1 to 1,000
   */
  List<Attempt> attempts(String id, int limit);
}
