package dev.posthorn.testkit;

import dev.posthorn.Application;
import dev.posthorn.Endpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.signature.Verification;
import dev.posthorn.signature.Verifier;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The receiver of a {@link TestPosthorn}, on 127.0.0.1. It verifies the signature of each request
 * with the secrets of the endpoints that have the request's URL, and records the good ones. Bad
 * ones get 401, with the reason as the body. Thread-safe.
 */
public final class TestReceiver {
  private static final String STANDARD = "standard";

  private final Receiver receiver;
  private final InstantSource clock;
  private final List<ReceivedRequest> requests = new CopyOnWriteArrayList<>();
  private final List<String> rejections = new CopyOnWriteArrayList<>();
  private volatile Function<ReceivedRequest, Answer> answers = request -> Answer.status(204);
  private volatile @Nullable Posthorn sender;

  TestReceiver(InstantSource clock) {
    this.clock = clock;
    this.receiver = Receiver.answering(this::receive);
  }

  /** Begins to accept requests of {@code posthorn}. */
  void verifyFor(Posthorn posthorn) {
    sender = posthorn;
  }

  /** Returns the URL of the path {@code /}, for an endpoint. */
  public String url() {
    return url("/");
  }

  /**
   * Returns a URL of this receiver, for an endpoint.
   *
   * @param path begins with {@code /}
   */
  public String url(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path: \"" + path + "\" does not begin with /; add it");
    }
    return receiver.url(path);
  }

  /** Answers every request with a status from now on; 204 at first. */
  public void respondWith(int status) {
    respondWith(Answer.status(status));
  }

  /** Answers every request in this way from now on. */
  public void respondWith(Answer answer) {
    respondWith(request -> answer);
  }

  /** Answers requests as a function says from now on; many threads may call it at once. */
  public void respondWith(Function<ReceivedRequest, Answer> answers) {
    this.answers = answers;
  }

  /** Returns the verified requests in order of arrival. */
  public List<ReceivedRequest> requests() {
    return List.copyOf(requests);
  }

  /**
   * Returns the newest verified request.
   *
   * @throws AssertionError if there is none
   */
  public ReceivedRequest lastRequest() {
    List<ReceivedRequest> all = requests();
    if (all.isEmpty()) {
      throw new AssertionError("No verified request has arrived" + rejected());
    }
    return all.getLast();
  }

  /** Forgets the requests so far. */
  public void clear() {
    requests.clear();
    rejections.clear();
  }

  /**
   * Waits, in real time and at most 20 seconds, until at least {@code count} verified requests have
   * arrived: for messages that other threads send. Returns the requests.
   *
   * @throws AssertionError if fewer arrive
   */
  public List<ReceivedRequest> awaitRequests(int count) {
    try {
      Await.until("verified requests", () -> requests.size() >= count);
    } catch (AssertionError e) {
      throw new AssertionError(
          requests.size() + " of " + count + " verified requests arrived" + rejected(), e);
    }
    return requests();
  }

  private String rejected() {
    return rejections.isEmpty() ? "" : "; rejected: " + String.join("; ", rejections);
  }

  private Answer receive(ReceivedRequest request) {
    String flaw = flaw(request);
    if (flaw != null) {
      rejections.add(request.method() + " " + request.path() + ": " + flaw);
      return Answer.status(401).header("Content-Type", "text/plain").body(flaw);
    }
    requests.add(request);
    return answers.apply(request);
  }

  /** Returns the reason why a request is not authentic, or null if it is. */
  private @Nullable String flaw(ReceivedRequest request) {
    List<String> keys = new ArrayList<>();
    boolean known = false;
    Posthorn posthorn = sender;
    for (Application application :
        posthorn == null ? List.<Application>of() : posthorn.applications()) {
      for (Endpoint endpoint : application.endpoints().list()) {
        if (isAt(endpoint, request.path())) {
          known = true;
          if (!endpoint.settings().wireFormat().equals(STANDARD)) {
            return null; // signed in a way of its own, if at all
          }
          keys.add(application.endpoints().secret(endpoint.id()));
        }
      }
    }
    if (!known) {
      return "no endpoint has the URL " + receiver.url(request.path());
    }
    Verification checked = Verifier.of(keys).clock(clock).check(request::header, request.body());
    return checked instanceof Verification.Rejected rejected ? rejected.detail() : null;
  }

  private boolean isAt(Endpoint endpoint, String path) {
    URI url = URI.create(endpoint.url());
    String own = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery();
    return url.getPort() == receiver.port() && path.equals(query == null ? own : own + "?" + query);
  }

  void close() {
    receiver.close();
  }
}
