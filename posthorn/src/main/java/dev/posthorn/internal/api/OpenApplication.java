package dev.posthorn.internal.api;

import dev.posthorn.Application;
import dev.posthorn.Endpoints;
import dev.posthorn.Messages;
import dev.posthorn.NewMessage;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Receipt;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.internal.inbox.OpenInbox;
import dev.posthorn.spi.store.rows.ApplicationRow;
import java.sql.Connection;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An application of an open database. */
final class OpenApplication implements Application, ObservableApplication {
  private final Views views;
  private final ApplicationRow row;
  private final long sendMillis;
  private final Payloads payloads;
  private final Endpoints endpoints;
  private final Messages messages;

  OpenApplication(Views views, ApplicationRow row, PosthornOptions options) {
    this.views = views;
    this.row = row;
    this.sendMillis = options.sendTimeout().toMillis();
    this.payloads = new Payloads(options.json());
    this.endpoints = new OpenEndpoints(views, row.id(), options);
    this.messages = new OpenMessages(views, row.id());
  }

  @Override
  public String id() {
    return views.id(IdPrefix.APPLICATION, row.id());
  }

  @Override
  public @Nullable String uid() {
    return row.uid();
  }

  @Override
  public String name() {
    return present().name();
  }

  @Override
  public Map<String, String> metadata() {
    return present().metadata();
  }

  private ApplicationRow present() {
    ApplicationRow present = views.engine().registry().application(row.id());
    if (present == null) {
      throw Views.notFound("application");
    }
    return present;
  }

  @Override
  public void rename(String name) {
    Checks.label("name", name);
    change(before -> with(before, name, before.metadata()));
  }

  @Override
  public void updateMetadata(Map<String, String> metadata) {
    Map<String, String> copy = Checks.metadata(metadata);
    change(before -> with(before, before.name(), copy));
  }

  private void change(UnaryOperator<ApplicationRow> edit) {
    views.change(engine -> engine.applicationAdmin().update(row.id(), edit));
  }

  private ApplicationRow with(ApplicationRow before, String name, Map<String, String> metadata) {
    return before.with(
        before.spec().withName(name).withMetadata(metadata), views.engine().millis());
  }

  @Override
  public Endpoints endpoints() {
    return endpoints;
  }

  @Override
  public Messages messages() {
    return messages;
  }

  @Override
  public Receipt send(NewMessage message) {
    SendRequest request = acceptance(message);
    return receipt(request, views.engine().messages().accept(request, sendMillis));
  }

  @Override
  public Receipt send(NewMessage message, Consumer<String> committed) {
    SendRequest request = acceptance(message);
    return receipt(
        request,
        views
            .engine()
            .messages()
            .accept(request, sendMillis, result -> committed.accept(id(result))));
  }

  @Override
  public CompletableFuture<Receipt> sendAsync(NewMessage message) {
    return accepting(message, request -> views.engine().messages().acceptAsync(request));
  }

  @Override
  @SuppressWarnings("overloads") // a callback and an executor: no lambda fits both
  public CompletableFuture<Receipt> sendAsync(NewMessage message, Consumer<String> committed) {
    return accepting(
        message,
        request ->
            views.engine().messages().acceptAsync(request, result -> committed.accept(id(result))));
  }

  private CompletableFuture<Receipt> accepting(
      NewMessage message, Function<SendRequest, CompletableFuture<SendResult>> accept) {
    try {
      SendRequest request = acceptance(message);
      return accept.apply(request).thenApply(result -> receipt(request, result));
    } catch (PosthornException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public String send(Connection connection, NewMessage message) {
    return sendAll(connection, List.of(Checks.present("message", message))).getFirst();
  }

  @Override
  public List<String> sendAll(Connection connection, List<NewMessage> messages) {
    Checks.present("connection", connection);
    List<NewMessage> all = List.copyOf(Checks.present("messages", messages));
    OpenInbox inbox = views.inbox();
    var unused = present();
    List<SendRequest> requests = all.stream().map(this::forInbox).toList();
    String name = row.uid() == null ? id() : row.uid();
    if (!requests.isEmpty()) {
      inbox.write(connection, name, requests, views.engine().millis());
    }
    return requests.stream().map(request -> String.valueOf(request.options().publicId())).toList();
  }

  private SendRequest forInbox(NewMessage message) {
    SendRequest request = acceptance(message);
    request.requireAtMost(views.engine().options().limits().maxPayloadSize());
    return request.with(request.options().withPublicId(PublicIds.random(IdPrefix.MESSAGE)));
  }

  private SendRequest acceptance(NewMessage message) {
    views.types().require(message.type());
    Instant now = Instant.ofEpochMilli(views.engine().millis());
    return SendRequests.of(message, row.id(), now, payloads);
  }

  @Override
  public String toString() {
    return "Application[id=" + id() + ", uid=" + uid() + "]";
  }

  private String id(SendResult result) {
    return views.engine().publicIds().message(result.message(), result.publicId());
  }

  private Receipt receipt(SendRequest request, SendResult result) {
    views.sent(request, result);
    return new Receipt(
        id(result),
        Arrays.stream(result.targets()).mapToObj(id -> views.id(IdPrefix.ENDPOINT, id)).toList(),
        result.duplicate());
  }
}
