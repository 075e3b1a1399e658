package dev.posthorn.server.api;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.server.api.access.AuthApi;
import dev.posthorn.server.api.access.TokenApi;
import dev.posthorn.server.api.application.ApplicationApi;
import dev.posthorn.server.api.attempt.AttemptApi;
import dev.posthorn.server.api.attempt.DeliveryApi;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.KnownFields;
import dev.posthorn.server.api.console.AuditApi;
import dev.posthorn.server.api.console.Audited;
import dev.posthorn.server.api.console.BulkApi;
import dev.posthorn.server.api.console.EndpointListApi;
import dev.posthorn.server.api.console.NodesApi;
import dev.posthorn.server.api.console.OverviewApi;
import dev.posthorn.server.api.console.SearchApi;
import dev.posthorn.server.api.console.SessionApi;
import dev.posthorn.server.api.console.SettingsApi;
import dev.posthorn.server.api.console.SubscribersApi;
import dev.posthorn.server.api.console.TailApi;
import dev.posthorn.server.api.endpoint.EndpointApi;
import dev.posthorn.server.api.endpoint.EndpointSecretApi;
import dev.posthorn.server.api.endpoint.EndpointStatsApi;
import dev.posthorn.server.api.endpoint.EndpointStatusApi;
import dev.posthorn.server.api.endpoint.EndpointTaskApi;
import dev.posthorn.server.api.endpoint.EndpointTlsApi;
import dev.posthorn.server.api.endpoint.OperationalWebhookApi;
import dev.posthorn.server.api.endpoint.UrlCheckApi;
import dev.posthorn.server.api.environment.EnvironmentApi;
import dev.posthorn.server.api.eventtype.EventTypeApi;
import dev.posthorn.server.api.eventtype.EventTypeExportApi;
import dev.posthorn.server.api.eventtype.EventTypeImportApi;
import dev.posthorn.server.api.eventtype.ExampleApi;
import dev.posthorn.server.api.message.AcceptanceListener;
import dev.posthorn.server.api.message.ManyMessagesApi;
import dev.posthorn.server.api.message.MessageApi;
import dev.posthorn.server.api.message.MessageSearchApi;
import dev.posthorn.server.api.message.PollerApi;
import dev.posthorn.server.api.spec.DocsApi;
import dev.posthorn.server.api.spec.HealthApi;
import dev.posthorn.server.api.spec.OpenApi;
import dev.posthorn.server.api.spec.StartPageApi;
import dev.posthorn.server.api.statistics.StatisticsApi;
import dev.posthorn.server.api.statistics.UsageApi;
import dev.posthorn.server.api.task.TaskApi;
import dev.posthorn.server.auth.TokenAuthenticator;
import dev.posthorn.server.config.ShownSetting;
import dev.posthorn.server.console.ConsolePages;
import dev.posthorn.server.health.EndpointTally;
import dev.posthorn.server.health.FiguresReader;
import dev.posthorn.server.health.HealthMonitor;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.nodes.Nodes;
import dev.posthorn.server.nodes.OneNode;
import dev.posthorn.server.outbound.Poster;
import dev.posthorn.server.portal.PortalApi;
import dev.posthorn.server.portal.PortalLook;
import dev.posthorn.spi.runtime.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The HTTP API: the list of all operations. */
public final class Api {
  private final List<Operation> operations;

  /**
   * The parts that the console's operations need.
   *
   * @param authenticator authenticates those who sign in
   * @param monitor watches the server's health
   * @param tally counts attempts by endpoint
   * @param secure whether browsers reach the server by HTTPS alone
   * @param settings the settings of the process
   * @param nodes the processes that share the store; null to leave them out
   */
  public record Console(
      TokenAuthenticator authenticator,
      HealthMonitor monitor,
      EndpointTally tally,
      boolean secure,
      List<ShownSetting> settings,
      @Nullable Nodes nodes) {

    /** Creates what the operations need on an engine without a listener. */
    static Console of(Engine engine) {
      return new Console(
          new TokenAuthenticator(engine, null, Clock.system(), 1),
          new HealthMonitor(new FiguresReader(engine, null, FiguresReader.Requests.NONE)::read),
          new EndpointTally(System::currentTimeMillis),
          false,
          List.of(),
          new OneNode());
    }
  }

  /**
   * The parts that the portal needs.
   *
   * @param frames the origins whose pages may embed it in a frame
   * @param look its name, colors and language
   * @param poster sends requests to URLs that customers have checked
   */
  public record Portal(List<String> frames, PortalLook look, Poster poster) {}

  private final OverviewApi overview;
  private final TailApi tail;

  /** Creates the API of an engine, without allowed frames and with portal links to localhost. */
  public Api(ApiSupport api) {
    this(
        api,
        AcceptanceListener.NONE,
        new Portal(List.of(), PortalLook.DEFAULT, new Poster(api.engine().context().runtime())),
        () -> "http://localhost",
        Console.of(api.engine()));
  }

  /**
   * Creates the API of an engine.
   *
   * @param listener notified of incoming messages
   * @param portal what the portal needs
   * @param publicUrl the URL under which browsers reach the API; read once the server listens
   * @param console what the console's operations need
   */
  public Api(
      ApiSupport api,
      AcceptanceListener listener,
      Portal portal,
      Supplier<String> publicUrl,
      Console console) {
    List<Operation> all = new ArrayList<>();
    all.addAll(new StartPageApi().operations());
    all.addAll(new HealthApi().operations());
    ApplicationApi applications = new ApplicationApi(api);
    all.addAll(applications.operations());
    all.addAll(new EndpointApi(api).operations());
    all.addAll(new EndpointSecretApi(api).operations());
    all.addAll(new EndpointTlsApi(api).operations());
    all.addAll(new UrlCheckApi(api, portal.poster()).operations());
    all.addAll(new MessageApi(api, applications, listener).operations());
    all.addAll(new MessageSearchApi(api).operations());
    all.addAll(new ManyMessagesApi(api).operations());
    all.addAll(new PollerApi(api).operations());
    all.addAll(new AttemptApi(api).operations());
    all.addAll(new DeliveryApi(api).operations());
    all.addAll(new EndpointTaskApi(api).operations());
    all.addAll(new EndpointStatsApi(api).operations());
    all.addAll(new EndpointStatusApi(api).operations());
    all.addAll(new StatisticsApi(api).operations());
    all.addAll(new UsageApi(api).operations());
    all.addAll(new TaskApi(api).operations());
    all.addAll(new EventTypeApi(api).operations());
    all.addAll(new EventTypeImportApi(api).operations());
    all.addAll(new EventTypeExportApi(api).operations());
    all.addAll(new ExampleApi(api).operations());
    all.addAll(new AuthApi(api, publicUrl).operations());
    all.addAll(new TokenApi(api).operations());
    all.addAll(new OperationalWebhookApi(api).operations());
    all.addAll(new EnvironmentApi(api).operations());
    all.addAll(new PortalApi(portal.frames(), portal.look()).operations());
    this.overview =
        new OverviewApi(api, console.authenticator(), console.monitor(), console.tally());
    all.addAll(overview.operations());
    this.tail = new TailApi(api, console.authenticator());
    all.addAll(tail.operations());
    all.addAll(new SearchApi(api).operations());
    all.addAll(new SubscribersApi(api).operations());
    all.addAll(new EndpointListApi(api).operations());
    all.addAll(new BulkApi(api).operations());
    all.addAll(new SettingsApi(console.settings()).operations());
    if (console.nodes() != null) {
      all.addAll(new NodesApi(api, console.nodes()).operations());
    }
    all.addAll(new AuditApi(api).operations());
    all.addAll(new SessionApi(api, console.authenticator(), console.secure()).operations());
    all.addAll(new ConsolePages().operations());
    if (api.isStrict()) {
      all.replaceAll(new KnownFields(OpenApi.document(all))::strict);
    }
    all.replaceAll(new Audited(api)::operation);
    this.operations = new DocsApi().with(all);
  }

  /** Ends the open streams, for which the listener would wait. */
  public void endStreams() {
    overview.streams().close();
    tail.close();
  }

  /** Returns all operations. */
  public List<Operation> operations() {
    return operations;
  }
}
