package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.svix.Svix;
import com.svix.SvixOptions;
import com.svix.Webhook;
import com.svix.api.ApplicationListOptions;
import com.svix.api.MessageAttemptListByMsgOptions;
import com.svix.api.MessageCreateOptions;
import com.svix.api.MessagePoller;
import com.svix.api.MessagePollerConsumerPollOptions;
import com.svix.exceptions.ApiException;
import com.svix.exceptions.WebhookVerificationException;
import com.svix.models.ApplicationIn;
import com.svix.models.ApplicationOut;
import com.svix.models.ApplicationPatch;
import com.svix.models.BackgroundTaskStatus;
import com.svix.models.BulkReplayIn;
import com.svix.models.EndpointHeadersIn;
import com.svix.models.EndpointHeadersPatchIn;
import com.svix.models.EndpointIn;
import com.svix.models.EndpointOut;
import com.svix.models.EndpointPatch;
import com.svix.models.EndpointSecretRotateIn;
import com.svix.models.EndpointUpdate;
import com.svix.models.EventTypeIn;
import com.svix.models.ListResponseMessageAttemptOut;
import com.svix.models.MessageAttemptOut;
import com.svix.models.MessageIn;
import com.svix.models.MessageOut;
import com.svix.models.MessageStatus;
import com.svix.models.PollingEndpointConsumerSeekIn;
import com.svix.models.PollingEndpointMessageOut;
import com.svix.models.PollingEndpointOut;
import com.svix.models.RecoverIn;
import com.svix.models.ReplayIn;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The Svix client for Java, version 1, works with Posthorn. */
class SvixClientTest {
  @AutoClose private final ServerFixture server = ServerFixture.start();
  private final AtomicInteger status = new AtomicInteger(200);

  @AutoClose
  private final Receiver receiver =
      Receiver.answering(request -> Answer.status(status.get()).body("it is " + status.get()));

  private final Svix svix = svix(ServerFixture.token("org_svix"));

  private Svix svix(String token) {
    SvixOptions options = new SvixOptions();
    options.setServerUrl(server.server().url());
    return new Svix(token, options);
  }

  private ApplicationOut application() throws IOException, ApiException {
    return svix.getApplication().create(new ApplicationIn().name("Acme").uid("acme"));
  }

  private EndpointOut endpoint(String app) throws IOException, ApiException {
    return svix.getEndpoint()
        .create(app, new EndpointIn().url(URI.create(receiver.url("/hooks"))).uid("first"));
  }

  private MessageOut send(String app, String payload) throws IOException, ApiException {
    return svix.getMessage()
        .create(app, new MessageIn().eventType("invoice.paid").payload(payload));
  }

  private List<MessageAttemptOut> attempts(String app, String message) {
    try {
      ListResponseMessageAttemptOut page = svix.getMessageAttempt().listByMsg(app, message);
      return page.getData();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ApiException e) {
      throw new IllegalStateException(e.getResponseBody(), e);
    }
  }

  private void awaitAttempts(String app, String message, int count) {
    Await.until(count + " attempts", () -> attempts(app, message).size() == count);
  }

  @Test
  @SuppressWarnings("deprecation") // older programs use rateLimit
  void keepsApplications() throws Exception {
    ApplicationOut app =
        svix.getApplication()
            .create(
                new ApplicationIn()
                    .name("Acme")
                    .uid("acme")
                    .rateLimit(7L)
                    .metadata(Map.of("a", "b")));
    assertThat(svix.getApplication().get("acme")).isEqualTo(app);
    assertThat(svix.getApplication().get(app.getId())).isEqualTo(app);
    assertThat(svix.getApplication().getOrCreate(new ApplicationIn().name("x").uid("acme")))
        .isEqualTo(app);
    assertThat(svix.getApplication().patch("acme", new ApplicationPatch().name("New")).getName())
        .isEqualTo("New");
    ApplicationOut replaced =
        svix.getApplication().update("acme", new ApplicationIn().name("Whole").uid("acme"));
    assertThat(replaced.getMetadata()).isEmpty();
    svix.getApplication().create(new ApplicationIn().name("Other"));
    ApplicationListOptions options = new ApplicationListOptions();
    options.setLimit(1L);
    var page = svix.getApplication().list(options);
    assertThat(page.getData()).hasSize(1);
    assertThat(page.getDone()).isFalse();
    options.setIterator(page.getIterator());
    assertThat(svix.getApplication().list(options).getDone()).isTrue();
    svix.getApplication().delete("acme");
    assertThatThrownBy(() -> svix.getApplication().get("acme"))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.getCode()).isEqualTo(404));
  }

  @Test
  void keepsEndpoints() throws Exception {
    String app = application().getId();
    svix.getEventType().create(new EventTypeIn().name("invoice.paid").description("Paid"));
    EndpointOut endpoint =
        svix.getEndpoint()
            .create(
                app,
                new EndpointIn()
                    .url(URI.create("https://example.com/hooks"))
                    .filterTypes(Set.of("invoice.paid"))
                    .channels(Set.of("c")));
    String id = endpoint.getId();
    assertThat(svix.getEndpoint().get(app, id)).isEqualTo(endpoint);
    assertThat(endpoint.getFilterTypes()).containsExactly("invoice.paid");
    assertThat(svix.getEndpoint().patch(app, id, new EndpointPatch().disabled(true)).getDisabled())
        .isTrue();
    EndpointOut replaced =
        svix.getEndpoint()
            .update(app, id, new EndpointUpdate().url(URI.create("https://example.com/new")));
    assertThat(replaced.getFilterTypes()).isNull();
    assertThat(replaced.getDisabled()).isFalse();
    svix.getEndpoint()
        .updateHeaders(app, id, new EndpointHeadersIn().headers(Map.of("X-One", "1")));
    svix.getEndpoint()
        .patchHeaders(
            app, id, new EndpointHeadersPatchIn().headers(Map.of("Authorization", "secret")));
    var headers = svix.getEndpoint().getHeaders(app, id);
    assertThat(headers.getHeaders()).isEqualTo(Map.of("X-One", "1"));
    assertThat(headers.getSensitive()).containsExactly("Authorization");
    assertThat(svix.getEndpoint().list(app).getData()).containsExactly(replaced(app, id));
    svix.getEndpoint().delete(app, id);
    assertThat(svix.getEndpoint().list(app).getData()).isEmpty();
  }

  private EndpointOut replaced(String app, String id) throws IOException, ApiException {
    return svix.getEndpoint().get(app, id);
  }

  @Test
  void sendsWhatItsReceiversCanVerify() throws Exception {
    String app = application().getId();
    String endpoint = endpoint(app).getId();
    MessageOut message = send(app, "{\"a\": 1}");
    receiver.awaitRequests(1);
    String secret = svix.getEndpoint().getSecret(app, endpoint).getKey();
    verify(secret, receiver.requests().get(0));
    assertThat(receiver.requests().get(0).text()).isEqualTo("{\"a\": 1}");
    assertThatThrownBy(
            () -> new Webhook(secret).verify("{\"a\": 2}", headers(receiver.requests().get(0))))
        .isInstanceOf(WebhookVerificationException.class);
    assertThat(svix.getMessage().get(app, message.getId()).getPayload()).isEqualTo(Map.of("a", 1));
    assertThat(svix.getMessage().list(app).getData()).hasSize(1);

    svix.getEndpoint().rotateSecret(app, endpoint, new EndpointSecretRotateIn());
    String rotated = svix.getEndpoint().getSecret(app, endpoint).getKey();
    assertThat(rotated).isNotEqualTo(secret);
    send(app, "{}");
    receiver.awaitRequests(2);
    verify(rotated, receiver.requests().get(1));
    verify(secret, receiver.requests().get(1));
  }

  private static void verify(String secret, ReceivedRequest request) throws Exception {
    new Webhook(secret).verify(request.text(), headers(request));
  }

  private static Map<String, List<String>> headers(ReceivedRequest request) {
    return HttpHeaders.of(
            request.headers().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, header -> List.of(header.getValue()))),
            (name, value) -> true)
        .map();
  }

  @Test
  void sendsAMessageOnceUnderAKey() throws Exception {
    String app = application().getId();
    MessageCreateOptions options = new MessageCreateOptions();
    options.setIdempotencyKey("key-1");
    MessageIn input = new MessageIn().eventType("a").payload("{}");
    assertThat(svix.getMessage().create(app, input, options).getId())
        .isEqualTo(svix.getMessage().create(app, input, options).getId());
    assertThat(svix.getMessage().list(app).getData()).hasSize(1);
  }

  @Test
  void sendsTextsThatAreNotJson() throws Exception {
    String app = application().getId();
    endpoint(app);
    svix.getMessage()
        .create(app, com.svix.api.Message.messageInRaw("<a/>", "text/xml").eventType("a"));
    receiver.awaitRequests(1);
    assertThat(receiver.requests().get(0).text()).isEqualTo("<a/>");
    assertThat(receiver.requests().get(0).header("Content-Type")).isEqualTo("text/xml");
  }

  @Test
  void seesAttemptsAndDeliversAgain() throws Exception {
    String app = application().getId();
    String endpoint = endpoint(app).getId();
    status.set(500);
    String message = send(app, "{}").getId();
    awaitAttempts(app, message, 3);
    MessageAttemptOut last = attempts(app, message).get(0);
    assertThat(last.getStatus()).isEqualTo(MessageStatus.FAIL);
    assertThat(last.getResponseStatusCode()).isEqualTo((short) 500);
    assertThat(last.getResponse()).isEqualTo("it is 500");
    assertThat(last.getEndpointId()).isEqualTo(endpoint);
    assertThat(svix.getMessageAttempt().get(app, message, last.getId()).getId())
        .isEqualTo(last.getId());
    assertThat(svix.getMessageAttempt().listByEndpoint(app, endpoint).getData()).hasSize(3);
    assertThat(
            svix.getMessageAttempt().listAttemptedMessages(app, endpoint).getData().get(0).getId())
        .isEqualTo(message);

    status.set(200);
    // The client's own resend fails before sending: OkHttp requires a body for POST.
    server
        .environment("org_svix")
        .post("/api/v1/app/" + app + "/msg/" + message + "/endpoint/" + endpoint + "/resend", null)
        .expect(202);
    awaitAttempts(app, message, 4);
    assertThat(
            svix.getMessageAttempt()
                .listAttemptedDestinations(app, message)
                .getData()
                .get(0)
                .getStatus())
        .isEqualTo(MessageStatus.SUCCESS);
    MessageAttemptListByMsgOptions failed = new MessageAttemptListByMsgOptions();
    failed.setStatus(MessageStatus.FAIL);
    assertThat(svix.getMessageAttempt().listByMsg(app, message, failed).getData()).hasSize(3);
    Await.until(
        "it is counted",
        () -> {
          try {
            return svix.getEndpoint().getStats(app, endpoint).getSuccess() == 1;
          } catch (IOException | ApiException e) {
            throw new IllegalStateException(e);
          }
        });
    svix.getMessageAttempt().expungeContent(app, message, last.getId());
    assertThat(svix.getMessageAttempt().get(app, message, last.getId()).getResponse())
        .isEqualTo("EXPUNGED");
    svix.getMessage().expungeContent(app, message);
    assertThat(svix.getMessage().get(app, message).getPayload()).isEqualTo(Map.of("expired", true));
  }

  @Test
  void deliversManyAgain() throws Exception {
    OffsetDateTime since = OffsetDateTime.now(ZoneOffset.UTC).minusHours(1);
    String app = application().getId();
    String early = send(app, "{}").getId();
    String endpoint = endpoint(app).getId();
    status.set(500);
    String failed = send(app, "{}").getId();
    awaitAttempts(app, failed, 3);
    status.set(200);
    awaitFinished(svix.getEndpoint().recover(app, endpoint, new RecoverIn().since(since)).getId());
    awaitAttempts(app, failed, 4);
    awaitFinished(
        svix.getEndpoint().replayMissing(app, endpoint, new ReplayIn().since(since)).getId());
    awaitAttempts(app, early, 1);
    awaitFinished(
        svix.getEndpoint().bulkReplay(app, endpoint, new BulkReplayIn().since(since)).getId());
    awaitAttempts(app, failed, 5);
    assertThat(svix.getBackgroundTask().list().getData()).hasSize(3);
  }

  private void awaitFinished(String task) {
    Await.until(
        "the task is finished",
        () -> {
          try {
            return svix.getBackgroundTask().get(task).getStatus() == BackgroundTaskStatus.FINISHED;
          } catch (IOException | ApiException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void pollsForMessages() throws Exception {
    String app = application().getId();
    endpoint(app);
    String first = send(app, "{\"n\":1}").getId();
    String second = send(app, "{\"n\":2}").getId();
    MessagePoller poller = svix.getMessage().getPoller();
    assertThat(ids(poller.poll(app, "first"))).containsExactly(first, second);

    MessagePollerConsumerPollOptions options = new MessagePollerConsumerPollOptions();
    options.setLimit(1L);
    PollingEndpointOut page = poller.consumerPoll(app, "first", "c", options);
    assertThat(ids(page)).containsExactly(first);
    assertThat(page.getDone()).isFalse();
    options.setIterator(page.getIterator());
    page = poller.consumerPoll(app, "first", "c", options);
    assertThat(ids(page)).containsExactly(second);
    options.setIterator(page.getIterator());
    assertThat(ids(poller.consumerPoll(app, "first", "c", options))).isEmpty();
    OffsetDateTime begin = OffsetDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
    poller.consumerSeek(app, "first", "c", new PollingEndpointConsumerSeekIn().after(begin));
    assertThat(ids(poller.consumerPoll(app, "first", "c"))).containsExactly(first, second);
  }

  private static List<String> ids(PollingEndpointOut page) {
    return page.getData().stream().map(PollingEndpointMessageOut::getId).toList();
  }

  @Test
  void tellsWhatIsWrong() throws Exception {
    application();
    assertThatThrownBy(this::application)
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.getCode()).isEqualTo(409));
    assertThatThrownBy(() -> svix.getApplication().create(new ApplicationIn().name("")))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(422);
              assertThat(e.getResponseBody()).contains("\"loc\":[\"body\",\"name\"]");
            });
    assertThatThrownBy(() -> svix("wrong").getApplication().list())
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.getCode()).isEqualTo(401));
  }
}
