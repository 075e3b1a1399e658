package dev.posthorn;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one application. Every change is on disk when a method returns. Thread-safe.
 *
 * <p>All methods throw {@link PosthornException}: with NOT_FOUND if the application has no endpoint
 * with the id, INVALID for an invalid argument, CLOSED after {@link Posthorn#close}, UNKNOWN if the
 * disk did not answer in time, STORE_FULL or STORE_FAILED if the disk failed and nothing was
 * changed.
 */
public interface Endpoints {

  /**
   * Adds an endpoint. Throws CONFLICT if another endpoint has its uid; INVALID if the wire format
   * is unknown, or does not accept the secret.
   */
  Endpoint add(NewEndpoint endpoint);

  /** Returns an endpoint. */
  Endpoint get(String id);

  /** Returns the endpoint with your own name, or nothing: to add an endpoint only once. */
  Optional<Endpoint> find(String uid);

  /** Returns all endpoints, oldest first. */
  List<Endpoint> list();

  /** Updates an endpoint. Values that the change does not set stay as they are. */
  Endpoint update(String id, EndpointUpdate change);

  /** Returns the custom headers of an endpoint's requests. */
  Map<String, String> headers(String id);

  /** Replaces the custom headers of an endpoint's requests. */
  void updateHeaders(String id, Map<String, String> headers);

  /**
   * Returns the client certificate of an endpoint, followed by its issuers; empty if there is none.
   * The private key is never returned.
   */
  List<X509Certificate> clientCertificate(String id);

  /**
   * Replaces the client certificate that is sent to receivers that request one (mTLS). Later
   * requests use new connections. Throws INVALID if a text is not PEM, if the key is encrypted, of
   * another kind or does not match the certificate, or if the certificate has expired.
   *
   * @param certificatePem the certificate in PEM, followed by its issuers
   * @param keyPem its private key in PEM: RSA of 2,048 to 4,096 bits or EC, not encrypted
   */
  void updateClientCertificate(String id, String certificatePem, String keyPem);

  /** Removes the client certificate of an endpoint. */
  void removeClientCertificate(String id);

  /** Returns the only CAs that are trusted for an endpoint; empty if the usual ones are. */
  List<X509Certificate> serverCa(String id);

  /**
   * Trusts only these CAs for an endpoint, and no longer those of the JDK and of the options.
   * Throws INVALID if the text is not PEM certificates.
   *
   * @param pem one to ten certificates in PEM, with keys of RSA (2,048 to 4,096 bits), P-256 or
   *     P-384; the receiver's own certificate is allowed
   */
  void updateServerCa(String id, String pem);

  /** Trusts the CAs of the JDK and of the options for an endpoint again. */
  void removeServerCa(String id);

  /** Pauses an endpoint: deliveries are accepted and held. A disabled endpoint stays disabled. */
  Endpoint pause(String id);

  /** Resumes deliveries to a paused endpoint. */
  Endpoint resume(String id);

  /**
   * Disables an endpoint: it gets no new deliveries, and pending ones are held until their
   * deadline.
   */
  Endpoint disable(String id);

  /** Enables an endpoint that you or Posthorn disabled. */
  Endpoint enable(String id);

  /** Removes an endpoint and cancels its pending deliveries. */
  void remove(String id);

  /**
   * Returns the key that the receiver verifies signatures with, or an empty string if the wire
   * format has none. That is the signing secret, which only the receiver may know; for a {@code
   * whsk_} key it is the public {@code whpk_} key, as the private one never leaves the sender.
   */
  String secret(String id);

  /**
   * Replaces the signing secret of an endpoint. The present one also signs for a grace period.
   *
   * @param secret the new secret, or null for a generated one
   * @param grace the grace period: zero to 366 days
   * @return the key to verify with from now on, as {@link #secret} returns it
   */
  String rotateSecret(String id, @Nullable String secret, Duration grace);

  /** Cancels all pending deliveries of an endpoint; returns their number. */
  long cancelWaiting(String id);

  /**
   * Replays all deliveries that have failed since a time and have not succeeded later, with one
   * attempt each; {@link Messages#replay} follows the whole schedule. Returns the number of new
   * deliveries.
   */
  int replayFailed(String id, Instant since);

  /**
   * Sends a message to an endpoint as a test, and waits for the response.
   *
   * <p>The test is a single attempt that starts at once, regardless of event types, channels and
   * rate limit, and also if the endpoint is paused or disabled. The attempt is listed, but never
   * disables the endpoint, and {@link #replayFailed} does not repeat it.
   *
   * @param message a message without event id, schedule and expiry
   * @return the attempt; its {@link Attempt#state} is SUCCEEDED or FAILED
   * @throws PosthornException with INVALID if the message has one of these options; with OVERLOADED
   *     while 100 tests are in flight
   */
  Attempt test(String id, NewMessage message);

  /**
   * Returns the latest attempts of an endpoint, newest first.
   *
   * @param limit the maximum number of attempts: 1 to 1,000
   */
  List<Attempt> attempts(String id, int limit);
}
